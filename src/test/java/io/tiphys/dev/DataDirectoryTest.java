package io.tiphys.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    private static final Endpoints ENDPOINTS =
            new Endpoints(
                    "http://127.0.0.1:8080",
                    "http://127.0.0.1:8080/",
                    "http://127.0.0.1:20001/sample.git",
                    "/data/kubeconfig",
                    "127.0.0.1:20002");

    @TempDir Path parent;
    private Path path;

    @BeforeEach
    void name_a_directory_that_is_not_there_yet() {
        path = parent.resolve("data");
    }

    @Test
    void a_second_owner_is_told_who_has_it_and_what_to_do() {
        try (var _ = DataDirectory.open(path)) {
            assertThatThrownBy(() -> DataDirectory.open(path))
                    .hasMessageStartingWith("The data directory " + path)
                    .hasMessageContaining("in use by another running Tiphys")
                    .hasMessageContaining("tiphys.data-dir");
        }
    }

    @Test
    void another_process_cannot_have_it_either() throws Exception {
        try (var _ = DataDirectory.open(path)) {
            assertThat(openInAnotherProcess()).contains("in use by another running Tiphys");
        }
        assertThat(openInAnotherProcess()).isEqualTo("opened");
    }

    @Test
    void it_is_free_again_once_closed() {
        DataDirectory.open(path).close();

        try (var data = DataDirectory.open(path)) {
            assertThat(data.resolve("kafka")).isEqualTo(path.resolve("kafka"));
        }
    }

    @Test
    void a_server_keeps_its_port_from_start_to_start() {
        int port;
        try (var data = DataDirectory.open(path)) {
            port = data.port("kafka");
            assertThat(data.port("sample-repository")).isNotEqualTo(port);
        }

        try (var data = DataDirectory.open(path)) {
            assertThat(data.port("kafka")).isEqualTo(port);
        }
    }

    @Test
    void a_port_that_was_taken_meanwhile_is_replaced_for_good() throws Exception {
        try (var data = DataDirectory.open(path);
                var taken = new ServerSocket()) {
            var first = data.port("kafka");
            taken.bind(new InetSocketAddress(Loopback.ADDRESS, first));

            var second = data.port("kafka");
            taken.close();

            assertThat(second).isNotEqualTo(first).isEqualTo(data.port("kafka"));
        }
    }

    @Test
    void a_port_file_that_was_edited_badly_is_named() throws Exception {
        try (var data = DataDirectory.open(path)) {
            Files.writeString(path.resolve("ports.properties"), "kafka=nine");

            assertThatThrownBy(() -> data.port("kafka"))
                    .hasMessageContaining("nine")
                    .hasMessageContaining("ports.properties");
        }
    }

    @Test
    void endpoints_are_there_for_scripts_while_the_process_runs() throws Exception {
        var file = path.resolve("endpoints.json");
        try (var data = DataDirectory.open(path)) {
            data.writeEndpoints(ENDPOINTS);

            assertThat(new ObjectMapper().readValue(file.toFile(), Map.class))
                    .isEqualTo(
                            Map.of(
                                    "api", ENDPOINTS.api(),
                                    "web", ENDPOINTS.web(),
                                    "sampleRepository", ENDPOINTS.sampleRepository(),
                                    "kubeconfig", ENDPOINTS.kubeconfig(),
                                    "kafka", ENDPOINTS.kafka()));
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void endpoints_of_a_killed_process_are_gone_at_the_next_start() throws Exception {
        Files.createDirectories(path);
        Files.writeString(path.resolve("endpoints.json"), "{}");

        try (var _ = DataDirectory.open(path)) {
            assertThat(path.resolve("endpoints.json")).doesNotExist();
        }
    }

    private String openInAnotherProcess() throws Exception {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var process =
                new ProcessBuilder(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Opener.class.getName(),
                                path.toString())
                        .start();
        var said = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return said;
    }

    /// Runs in the other process.
    static class Opener {
        static void main(String[] arguments) {
            try (var _ = DataDirectory.open(Path.of(arguments[0]))) {
                IO.print("opened");
            } catch (IllegalStateException e) {
                IO.print(e.getMessage());
            }
        }
    }
}
