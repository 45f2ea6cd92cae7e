package io.tiphys.webhook.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Golden;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DistributionTest {

    private static final String PUSH =
            """
            {"events": [{"id": "e1", "action": "push",
              "target": {"mediaType": "application/vnd.oci.image.index.v1+json",
                         "repository": "%s", "tag": "1.2.3"},
              "request": {"host": "%s"}}]}
            """;

    private static final Path SAMPLE =
            Path.of("src/test/resources/golden/webhook/distribution", "push/payload.json");

    @TestFactory
    Stream<DynamicTest> samples() throws IOException {
        return Golden.cases(new Distribution(new TestConfig()));
    }

    @Test
    void a_registry_is_called_what_manifests_call_it() {
        var hosts = Map.of("registry.internal:5000", "registry.example.com");

        assertThat(repository("registry.internal:5000", "team/app", hosts))
                .isEqualTo("registry.example.com/team/app");
        assertThat(repository("registry.internal", "team/app", hosts))
                .isEqualTo("registry.internal/team/app");
    }

    @Test
    void docker_hub_has_one_name_and_its_library_is_spelled_out() {
        assertThat(repository("registry-1.docker.io", "nginx", Map.of()))
                .isEqualTo("docker.io/library/nginx");
        assertThat(repository("index.docker.io", "acme/shop", Map.of()))
                .isEqualTo("docker.io/acme/shop");
    }

    @Test
    void letter_case_does_not_make_another_repository() {
        assertThat(repository("Registry.Example.COM", "Team/App", Map.of()))
                .isEqualTo("registry.example.com/team/app");
    }

    /// Whatever is cut, swapped or overwritten: read, or refused by the one exception.
    @Test
    void no_garbled_payload_escapes() throws IOException {
        var random = new Random(7);
        var sample =
                Files.readAllBytes(
                        Path.of(
                                "src/test/resources/golden/webhook/distribution/push/payload.json"));
        var dialect = new Distribution(new TestConfig());
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var garbled = sample.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextBoolean() ? garbled.length : random.nextInt(garbled.length);
            try {
                var read =
                        dialect.read(
                                new Delivery(
                                        "192.0.2.1",
                                        _ -> "",
                                        _ -> "",
                                        Arrays.copyOf(garbled, length)));
                assertThat(read.imageEvents()).hasSizeLessThanOrEqualTo(1);
            } catch (MalformedDeliveryException expected) {
                assertThat(expected).hasMessageMatching("The (field|body).*");
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    private static String repository(String host, String repository, Map<String, String> hosts) {
        var body = PUSH.formatted(repository, host).getBytes(UTF_8);
        var pushes = new Pushes("distribution", hosts);
        DistributionPayload.read(body, pushes);
        return pushes.events().getFirst().repository();
    }
}
