package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.TargetState;
import io.tiphys.repo.cache.RedisStores;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.RedisServer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two services with one Redis. Skipped where there is none; CI sees to it that there is.
class SharedManifestsIT {

    private static final Source CHART =
            Source.read("source", Map.of("repoURL", "https://charts.example", "chart", "web"));

    @TempDir Path directory;

    private int rendered;

    @Test
    void what_one_rendered_the_other_does_not() {
        assumeTrue(RedisServer.isInstalled(), "needs redis-server");
        try (var server = RedisServer.start(directory);
                var stores = new RedisStores(server)) {
            var first = render(service(stores), false);

            assertThat(render(service(stores), false)).isEqualTo(first);
            assertThat(rendered).isEqualTo(1);
        }
    }

    @Test
    void a_hard_refresh_by_one_counts_for_the_other() {
        assumeTrue(RedisServer.isInstalled(), "needs redis-server");
        try (var server = RedisServer.start(directory);
                var stores = new RedisStores(server)) {
            var one = service(stores);
            var other = service(stores);
            var first = render(one, false);
            assertThat(render(other, false)).isEqualTo(first);

            var renewed = render(one, true);

            assertThat(renewed).isNotEqualTo(first);
            assertThat(render(other, false)).isEqualTo(renewed);
            assertThat(render(one, false)).isEqualTo(renewed);
            assertThat(rendered).isEqualTo(2);
        }
    }

    private static TargetState render(ManifestService service, boolean hard) {
        return service.render(
                Sources.of(CHART),
                new Build("shop", "default", "web", "", List.of()),
                Access.NONE,
                List.of(),
                FetchDemand.ANY,
                hard);
    }

    /// With a memory and a disk of its own.
    private ManifestService service(RedisStores stores) {
        return new ManifestService(
                (url, _) -> {
                    throw new AssertionError("not asked for");
                },
                (_, _, _, _) -> chart(),
                _ -> new Rendering(Source.Type.HELM, "inputs", true, this::rendered),
                new ManifestCache(
                        1 << 20,
                        new MemoryStore(new HashMap<>()),
                        stores.store(new SimpleMeterRegistry()),
                        InstantSource.system()));
    }

    /// Another password each time.
    private Rendered rendered() {
        rendered++;
        Map<String, Object> secret = Map.of("kind", "Secret", "data", Map.of("key", rendered));
        return Rendered.of(List.of(new Manifest(secret, "secret.yaml")));
    }

    private static Artefact chart() {
        return new Artefact() {
            @Override
            public String resolve(String targetRevision, FetchDemand fetch) {
                return "1.0.0";
            }

            @Override
            public Folder folder(String version, String path) {
                return new MemoryFolder().with("Chart.yaml", "name: web").folder("").orElseThrow();
            }
        };
    }
}
