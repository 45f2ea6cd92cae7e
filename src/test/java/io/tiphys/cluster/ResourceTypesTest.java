package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.support.ScriptedApi;
import io.tiphys.support.ScriptedApi.Answer;
import io.tiphys.support.ScriptedApi.Asked;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Discovery, of a server that offers a kind in two versions and has a group that may be down.
class ResourceTypesTest {

    private static final Map<String, Object> NOTHING = Map.of("resources", List.of());

    private Supplier<Answer> broken = () -> Answer.json(200, NOTHING);
    private final ScriptedApi server = ScriptedApi.start(this::answer);
    private final KubernetesApi api =
            new KubernetesApi(
                    new KubernetesClientBuilder()
                            .withConfig(
                                    new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                                            .withMasterUrl(server.url().toString())
                                            .withRequestRetryBackoffLimit(0)
                                            .build())
                            .build());
    private final ResourceTypes types = new ResourceTypes(api);

    @AfterEach
    void close() {
        api.close();
        server.close();
    }

    @Test
    void a_kind_counts_in_the_version_that_the_server_prefers() {
        types.discover();

        assertThat(types.preferred("example.org", "Boat"))
                .map(ResourceType::path)
                .contains("/apis/example.org/v2/boats");
        assertThat(types.find(new GroupVersionKind("example.org", "v1", "Boat"))).isPresent();
        assertThat(types.serverVersion()).isEqualTo("v1.35.2");
        assertThat(types.apiVersions())
                .containsExactly(
                        "example.org/v1",
                        "example.org/v1/Boat",
                        "example.org/v2",
                        "example.org/v2/Boat");
    }

    @Test
    void a_group_that_is_down_is_left_out() {
        broken = () -> Answer.json(503, Map.of());

        types.discover();

        assertThat(types.preferred("example.org", "Boat")).isPresent();
    }

    @Test
    void half_of_what_is_offered_is_not_taken_for_all() {
        broken =
                () -> {
                    throw new IllegalStateException("It hangs up");
                };

        assertThatThrownBy(types::discover)
                .isInstanceOfSatisfying(ApiFailure.class, it -> assertThat(it.code()).isZero());
        assertThat(types.preferred("example.org", "Boat")).isEmpty();
    }

    private Answer answer(Asked asked) {
        return switch (asked.what()) {
            case "GET /apis" ->
                    Answer.json(
                            200, Map.of("groups", List.of(group("broken"), group("example.org"))));
            case "GET /apis/broken/v1", "GET /apis/broken/v2" -> broken.get();
            case "GET /apis/example.org/v1", "GET /apis/example.org/v2" ->
                    Answer.json(200, boats());
            case "GET /version" -> Answer.json(200, Map.of("gitVersion", "v1.35.2"));
            default -> Answer.json(200, NOTHING);
        };
    }

    private static Map<String, Object> group(String name) {
        return Map.of(
                "name",
                name,
                "preferredVersion",
                Map.of("version", "v2"),
                "versions",
                List.of(Map.of("version", "v1"), Map.of("version", "v2")));
    }

    private static Map<String, Object> boats() {
        return Map.of(
                "resources",
                List.of(
                        Map.of("name", "boats", "kind", "Boat", "verbs", List.of("list")),
                        Map.of("name", "boats/status", "kind", "Boat", "verbs", List.of("get"))));
    }
}
