package io.tiphys.dev.sandbox.conformance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tiphys.dev.sandbox.SandboxSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What people do with `kubectl`, script by script: of a sandbox, or of the cluster of `KUBECONFIG`
/// with `-Dtiphys.test.cluster=kubeconfig`. Skipped where there is no `kubectl`; CI sees to it that
/// there is one.
class KubectlIT {

    private static final Path SCRIPTS = Path.of("src/test/resources/kubectl");
    private static final String PRELUDE =
            """
            set -euo pipefail
            . "$1/lib.bash"
            kubectl config set-context --current --namespace="$NAMESPACE"
            made namespace "$NAMESPACE"
            set -x
            . "$2"
            """;

    @TempDir static Path directory;

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void connect() {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(it -> Files.isExecutable(Path.of(it, "kubectl"))),
                "needs kubectl 1.32 or newer");
        cluster = ClusterUnderTest.chosen(SandboxSettings.inMemory());
    }

    @AfterAll
    static void disconnect() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> kubectl_finds_what_it_expects() throws IOException {
        try (var files = Files.list(SCRIPTS)) {
            return files
                    .filter(file -> file.toString().endsWith(".sh"))
                    .sorted()
                    .map(
                            file ->
                                    dynamicTest(
                                            file.getFileName().toString(),
                                            file.toUri(),
                                            () -> run(file)))
                    .toList()
                    .stream();
        }
    }

    private static void run(Path script) throws Exception {
        assumeFalse(
                cluster.isReal() && Files.readString(script).startsWith("# simulated"),
                "needs the sandbox's simulated pods: " + script);
        var namespace = "kubectl-" + UUID.randomUUID().toString().substring(0, 8);
        var kubeconfig = directory.resolve(namespace);
        Files.writeString(kubeconfig, cluster.kubeconfig());
        var log = directory.resolve(namespace + ".log");
        var builder =
                new ProcessBuilder(
                                List.of(
                                        "bash",
                                        "-c",
                                        PRELUDE,
                                        script.toString(),
                                        SCRIPTS.toString(),
                                        script.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("NAMESPACE", namespace);
        // What kubectl remembers of one API server must not be believed of the next on its port.
        builder.environment().put("HOME", directory.toString());
        var process = builder.start();
        try {
            assertThat(process.waitFor(3, MINUTES)).as(Files.readString(log)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            process.destroyForcibly();
            cluster.ask("DELETE", "/api/v1/namespaces/" + namespace, java.util.Map.of(), null);
        }
    }
}
