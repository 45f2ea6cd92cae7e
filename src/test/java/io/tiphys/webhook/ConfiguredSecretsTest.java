package io.tiphys.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredSecretsTest {

    @Test
    void what_is_configured_counts_beside_what_stands_in_the_secret() {
        var settings =
                Reception.both(
                        key -> key.equals("webhook.a") ? List.of("one") : List.of(),
                        Map.of("webhook.a", "two", "webhook.b", "three"));

        assertThat(settings.values("webhook.a")).containsExactly("one", "two");
        assertThat(settings.values("webhook.b")).containsExactly("three");
        assertThat(settings.values("webhook.c")).isEmpty();
    }
}
