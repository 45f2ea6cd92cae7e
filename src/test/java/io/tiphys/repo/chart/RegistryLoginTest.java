package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.repo.host.Web;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryLoginTest {

    private static final URI BASE = URI.create("https://registry.example/v2/team/web/");
    private static final String CHALLENGE = "Basic realm=\"registry\"";

    private final RegistryLogin login =
            new RegistryLogin(
                    new Web(
                            "The registry",
                            BASE,
                            secret(
                                    "registry.example/team/web",
                                    Map.of("username", "ada", "password", "canary")),
                            Duration.ofSeconds(1)),
                    new Identities(AzurePod.NONE, InstantSource.system()),
                    "repository:team/web:pull");

    @Test
    void who_was_asked_at_the_same_time_shows_the_same() {
        var first = login.answer(CHALLENGE, BASE, Optional.empty());
        var second = login.answer(CHALLENGE, BASE, Optional.empty());

        assertThat(first).isPresent();
        assertThat(second).isEqualTo(first);
        assertThat(login.known()).isEqualTo(first);
    }

    @Test
    void who_is_asked_again_has_no_more_to_show() {
        var first = login.answer(CHALLENGE, BASE, Optional.empty());

        assertThat(login.answer(CHALLENGE, BASE, first)).isEmpty();
    }

    @Test
    void another_host_is_shown_nothing() {
        var elsewhere = URI.create("https://other.example/v2/team/web/");
        login.answer(CHALLENGE, BASE, Optional.empty());

        assertThat(login.answer(CHALLENGE, elsewhere, Optional.empty())).isEmpty();
    }
}
