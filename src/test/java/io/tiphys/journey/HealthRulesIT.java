package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.GivenCluster;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user's health rule counts from the moment that it is in `argocd-cm`, and one that does not end
/// harms nobody but its own kind.
class HealthRulesIT {

    private static final String KEY = "resource.customizations.health.apps_Deployment";

    @Test
    void a_rule_in_the_settings_counts_at_once(@TempDir Path data) throws Exception {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");
        try (var tiphys =
                Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h")) {
            // Given
            awaitHealth(tiphys, "Healthy", "");

            // When
            tiphys.settings(
                    Map.of(
                            KEY,
                            """
                            hs = {}
                            hs.status = "Suspended"
                            hs.message = obj.metadata.name .. " sleeps"
                            return hs
                            """));

            // Then
            awaitHealth(tiphys, "Suspended", "Caused by apps/Deployment:guestbook/guestbook");
            assertThat(resource(tiphys, "Deployment")).contains("\"guestbook sleeps\"");

            // When
            tiphys.settings(Map.of(KEY, "while true do end"));

            // Then
            awaitHealth(tiphys, "Unknown", "Caused by apps/Deployment:guestbook/guestbook");
            assertThat(resource(tiphys, "Deployment")).contains(KEY + " failed: takes more than");
            assertThat(resource(tiphys, "Service")).contains("\"Healthy\"");

            // When
            tiphys.settings(Map.of());

            // Then
            awaitHealth(tiphys, "Healthy", "");
        }
    }

    private static void awaitHealth(Tiphys tiphys, String status, String message) {
        eventually()
                .untilAsserted(
                        () -> {
                            var health = tiphys.application("guestbook").at("/status/health");
                            assertThat(health.path("status").asText()).isEqualTo(status);
                            assertThat(health.path("message").asText()).isEqualTo(message);
                        });
    }

    private static String resource(Tiphys tiphys, String kind) {
        for (var resource : tiphys.application("guestbook").at("/status/resources")) {
            if (resource.path("kind").asText().equals(kind)) {
                return resource.path("health").toString();
            }
        }
        return "";
    }
}
