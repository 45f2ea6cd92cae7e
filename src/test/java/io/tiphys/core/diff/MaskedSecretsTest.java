package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskedSecretsTest {

    @Test
    void equal_values_look_equal_and_others_do_not() {
        var masked =
                masked(
                        secret("data", Map.of("same", "YQ==", "other", "YQ==")),
                        secret("data", Map.of("same", "YQ==", "other", "YWFhYWFhYWFhYWFh")));

        assertThat(Json.strings(masked.get(0), "data"))
                .isEqualTo(Map.of("same", "++++++++", "other", "++++++++"));
        assertThat(Json.strings(masked.get(1), "data"))
                .isEqualTo(Map.of("same", "++++++++", "other", "+++++++++"));
    }

    @Test
    void a_length_says_nothing_of_that_of_the_value() {
        var masked = masked(secret("data", Map.of("short", "YQ==", "long", "YQ==".repeat(1000))));

        assertThat(Json.strings(masked.getFirst(), "data").values()).containsOnly("++++++++");
    }

    @Test
    void text_is_compared_with_what_is_stored_of_it() {
        var masked =
                masked(
                        secret("stringData", Map.of("password", "hunter2")),
                        secret("data", Map.of("password", "aHVudGVyMg==")));

        assertThat(masked.get(0)).isEqualTo(masked.get(1));
    }

    @Test
    void the_last_applied_configuration_is_hidden() {
        var annotations =
                Map.of(
                        LastApplied.ANNOTATION,
                        "{\"data\":{\"password\":\"aHVudGVyMg==\"}}",
                        "mine",
                        "shown");
        var masked =
                masked(
                        Json.with(
                                secret("data", Map.of("password", "aHVudGVyMg==")),
                                annotations,
                                "metadata",
                                "annotations"));

        assertThat(masked.toString()).doesNotContain("aHVudGVyMg").contains("shown");
    }

    @Test
    void other_annotations_are_hidden_if_it_is_asked_for() {
        var object =
                Json.with(
                        secret("data", Map.of()),
                        Map.of("token", "hunter2", "mine", "shown"),
                        "metadata",
                        "annotations");

        var masked = MaskedSecrets.of(List.of(object), Set.of("token"));

        assertThat(Json.strings(masked.getFirst(), "metadata", "annotations"))
                .isEqualTo(Map.of("token", "++++++++", "mine", "shown"));
    }

    @Test
    void what_is_no_secret_is_shown() {
        var map =
                Map.<String, Object>of(
                        "apiVersion", "v1", "kind", "ConfigMap", "data", Map.of("a", "b"));
        var ofOthers =
                Map.<String, Object>of(
                        "apiVersion", "example.com/v1", "kind", "Secret", "data", Map.of("a", "b"));

        assertThat(masked(map, ofOthers)).containsExactly(map, ofOthers);
    }

    @Test
    void an_object_that_is_not_there_is_no_secret() {
        assertThat(masked(Map.of())).containsExactly(Map.of());
    }

    /// Whatever stands where Secrets have their values, of whatever type.
    @Test
    void no_value_is_ever_shown() {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            var secret = new LinkedHashMap<>(secret("data", value(random, 3)));
            if (random.nextBoolean()) {
                secret.put("stringData", value(random, 2));
            }
            secret.put(
                    "metadata",
                    Map.of(
                            "name",
                            "s",
                            "annotations",
                            Map.of(LastApplied.ANNOTATION, value(random, 1))));

            assertThat(
                            masked(
                                            secret,
                                            secret(
                                                    random.nextBoolean() ? "data" : "stringData",
                                                    value(random, 2)))
                                    .toString())
                    .as("%s", secret)
                    .doesNotContain("hunter2");
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 2)) {
            case 0 -> "hunter2";
            case 1 -> "x hunter2 y";
            case 2 -> List.of(value(random, depth - 1));
            default -> Map.of("a", value(random, depth - 1), "b", value(random, depth - 1));
        };
    }

    private static Map<String, Object> secret(String field, Object values) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", "s"),
                field,
                values);
    }

    @SafeVarargs
    private static List<Map<String, Object>> masked(Map<String, Object>... states) {
        return MaskedSecrets.of(List.of(states), Set.of());
    }
}
