package io.tiphys.webhook.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Dialect;
import io.tiphys.webhook.Golden;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.RegistryDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryDialectsTest {

    private static final Path SAMPLES = Path.of("src/test/resources/golden/webhook");

    @TestFactory
    Stream<DynamicContainer> samples() throws IOException {
        var containers = Stream.<DynamicContainer>builder();
        for (var registry : Registries.all()) {
            containers.add(
                    DynamicContainer.dynamicContainer(registry.provider(), Golden.cases(registry)));
        }
        return containers.build();
    }

    @Test
    void no_name_is_shared() {
        var names = new HashSet<String>();
        for (var registry : Registries.all()) {
            assertThat(names.add(registry.provider())).as(registry.provider()).isTrue();
            assertThat(registry.aliases()).allMatch(names::add);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker.io",
                "ghcr.io",
                "quay.io",
                "harbor",
                "aliyun-acr",
                "acr",
                "cloudevents"
            })
    void the_names_of_image_updater_are_known(String type) {
        assertThat(Registries.all()).filteredOn(it -> it.isCalled(type)).hasSize(1);
    }

    @Test
    void every_delivery_belongs_to_one_at_most_whatever_headers_it_has() throws IOException {
        for (var registry : Registries.all()) {
            try (var samples = Files.list(SAMPLES.resolve(registry.provider()))) {
                for (var sample : samples.toList()) {
                    assertThat(recognisedBy(Golden.delivery(sample)))
                            .as(sample.toString())
                            .hasSizeLessThanOrEqualTo(1);
                }
            }
        }
    }

    @Test
    void those_that_share_the_path_of_git_hosts_are_told_apart_by_headers() {
        assertRecognised("ghcr", Map.of("X-GitHub-Event", "package"));
        assertRecognised("ghcr", Map.of("X-GitHub-Event", "registry_package"));
        assertRecognised("harbor", Map.of("Authorization", "s3cret"));
        assertRecognised("gitea-packages", Map.of("X-Gitea-Event", "package"));
        assertRecognised("gitea-packages", Map.of("X-Forgejo-Event", "package"));
        assertRecognised(
                "gitea-packages",
                Map.of(
                        "X-Forgejo-Event", "package",
                        "X-Gitea-Event", "package",
                        "X-Gogs-Event", "package",
                        "X-GitHub-Event", "package",
                        "Authorization", "Bearer x"));
    }

    @Test
    void what_git_hosts_send_is_left_to_them() {
        for (var header :
                List.of(
                        "X-GitHub-Event",
                        "X-Gitea-Event",
                        "X-Forgejo-Event",
                        "X-Gogs-Event",
                        "X-Gitlab-Event",
                        "X-Vss-Activityid",
                        "X-Hook-UUID",
                        "X-Event-Key")) {
            assertThat(recognisedBy(delivery(Map.of(header, "push", "Authorization", "Basic x"))))
                    .as(header)
                    .isEmpty();
        }
        for (var agent : List.of("VSServices/20.256", "Amazon/EventBridge/ApiDestinations")) {
            var headers = Map.of("User-Agent", agent, "Authorization", "Basic x");
            assertThat(recognisedBy(delivery(headers))).as(agent).isEmpty();
        }
        assertThat(recognisedBy(delivery(Map.of()))).isEmpty();
    }

    @Test
    void one_delivery_makes_no_flood_of_events() {
        var body =
                "{\"docker_url\": \"quay.io/acme/shop\", \"updated_tags\": [%s]}"
                        .formatted(String.join(",", Collections.nCopies(5_001, "\"a\"")));

        assertThatThrownBy(() -> Registries.named("quay").read(delivery(Map.of(), body)))
                .isInstanceOf(MalformedDeliveryException.class)
                .hasMessage("The body tells of more than 5000 pushes");
    }

    @Test
    void a_registry_is_called_what_manifests_call_it() {
        var hosts = Map.of("harbor.internal:8443", "harbor.example.com");
        var pushes = new Pushes("harbor", hosts);

        pushes.addTag(
                "d",
                new Push(
                        ImageRepository.of(Field.known("harbor.internal:8443/acme/shop")),
                        Field.known("1.0"),
                        Field.ABSENT,
                        Field.ABSENT));

        assertThat(pushes.events().getFirst().repository())
                .isEqualTo("harbor.example.com/acme/shop");
    }

    private static void assertRecognised(String provider, Map<String, String> headers) {
        assertThat(recognisedBy(delivery(headers)))
                .extracting(Dialect::provider)
                .containsExactly(provider);
    }

    private static List<RegistryDialect> recognisedBy(Delivery delivery) {
        return Registries.all().stream().filter(it -> it.recognises(delivery)).toList();
    }

    private static Delivery delivery(Map<String, String> headers) {
        return delivery(headers, "");
    }

    private static Delivery delivery(Map<String, String> headers, String body) {
        return new Delivery(
                "192.0.2.1", name -> headers.getOrDefault(name, ""), _ -> "", body.getBytes(UTF_8));
    }
}
