package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir Path directory;

    private ASandbox started() {
        return new ASandbox(new SandboxSettings(0, journal(), 100, false));
    }

    private Path journal() {
        return directory.resolve("state/journal.jsonl");
    }

    @Test
    void objects_and_revisions_survive_a_restart() {
        ASandbox.Answer kept;
        long last;
        try (var sandbox = started()) {
            sandbox.post(CONFIG_MAPS, "{metadata: {name: kept}, data: {a: b}}");
            kept = sandbox.patch(MERGE, CONFIG_MAPS + "/kept", "{data: {a: c}}");
            sandbox.post(CONFIG_MAPS, "{metadata: {name: gone}}");
            sandbox.delete(CONFIG_MAPS + "/gone");
            last = sandbox.get(CONFIG_MAPS).body().at("/metadata/resourceVersion").asLong();
        }
        try (var sandbox = started()) {
            assertThat(sandbox.get(CONFIG_MAPS + "/kept").body()).isEqualTo(kept.body());
            assertThat(sandbox.get(CONFIG_MAPS + "/gone").code()).isEqualTo(404);
            var next = sandbox.post(CONFIG_MAPS, "{metadata: {name: next}}");
            assertThat(next.body().at("/metadata/resourceVersion").asLong()).isGreaterThan(last);
        }
    }

    @Test
    void a_line_torn_by_a_kill_is_forgotten_and_the_rest_is_not() throws Exception {
        try (var sandbox = started()) {
            sandbox.post(CONFIG_MAPS, "{metadata: {name: whole}}");
        }
        var torn = "{\"revision\":99,\"shelf\":\"ü".getBytes(StandardCharsets.UTF_8);
        var cut = Arrays.copyOf(torn, torn.length - 1);
        Files.write(journal(), cut, StandardOpenOption.APPEND);
        try (var sandbox = started()) {
            assertThat(sandbox.get(CONFIG_MAPS + "/whole").code()).isEqualTo(200);
            sandbox.post(CONFIG_MAPS, "{metadata: {name: after}}");
        }
        try (var sandbox = started()) {
            assertThat(sandbox.get(CONFIG_MAPS + "/after").code()).isEqualTo(200);
        }
    }

    @Test
    void a_restart_forgets_what_has_passed() throws Exception {
        try (var sandbox = started()) {
            for (int i = 0; i < 20; i++) {
                sandbox.apply(
                        CONFIG_MAPS + "/busy",
                        "test",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: busy}, data: {i: '%d'}}"
                                .formatted(i));
            }
        }
        var before = Files.readAllLines(journal()).size();
        started().close();
        assertThat(Files.readAllLines(journal()).size()).isEqualTo(before - 19);
    }

    @Test
    void custom_kinds_are_served_again_after_a_restart() {
        try (var sandbox = started()) {
            sandbox.post(
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    """
                    metadata: {name: boats.sea.example}
                    spec:
                      group: sea.example
                      scope: Namespaced
                      names: {plural: boats, kind: Boat}
                      versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
                    """);
        }
        try (var sandbox = started()) {
            assertThat(sandbox.get("/apis/sea.example/v1/boats").code()).isEqualTo(200);
        }
    }
}
