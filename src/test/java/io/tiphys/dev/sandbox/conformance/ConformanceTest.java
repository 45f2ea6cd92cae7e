package io.tiphys.dev.sandbox.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.dev.sandbox.access.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// What a Kubernetes API server answers, case by case, as files. The sandbox must pass them all,
/// and so must a real API server: `-Dtiphys.test.cluster=kubeconfig` asks the one of `KUBECONFIG`
/// instead. How a case is written stands in the README beside the files.
class ConformanceTest {

    private static final Path CASES = Path.of("src/test/resources/golden/conformance");

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void connect() {
        cluster =
                ClusterUnderTest.chosen(
                        SandboxSettings.inMemory()
                                .withTokens(Map.of("secret", User.of("somebody"))));
    }

    @AfterAll
    static void disconnect() {
        cluster.close();
    }

    @TestFactory
    Stream<DynamicNode> the_api_server_answers_as_documented() throws IOException {
        try (var files = Files.walk(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(ConformanceTest::topic)
                    .toList()
                    .stream();
        }
    }

    private static DynamicNode topic(Path file) {
        return dynamicContainer(
                CASES.relativize(file).toString(),
                file.toUri(),
                Case.read(file).stream().map(it -> dynamicTest(it.name(), () -> run(it))));
    }

    private static void run(Case wanted) throws Exception {
        assumeFalse(
                wanted.simulated() && cluster.isReal(),
                "needs the sandbox's simulated kubelet: " + wanted.name());
        try (var run = new CaseRun(cluster)) {
            for (var step : wanted.steps()) {
                run.step(step);
            }
        }
    }
}
