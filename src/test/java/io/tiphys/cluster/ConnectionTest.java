package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.support.ScriptedApi;
import io.tiphys.support.ScriptedApi.Answer;
import io.tiphys.support.ScriptedApi.Asked;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The connection to a server that offers nothing, and now and then does not say its version.
class ConnectionTest {

    private final AtomicInteger failures = new AtomicInteger();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final ScriptedApi server = ScriptedApi.start(this::answer);
    private KubernetesApi api;
    private Connection connection;

    @BeforeEach
    void connect() {
        var config = Config.empty();
        config.setMasterUrl(server.url().toString());
        config.setRequestRetryBackoffLimit(0);
        api = new KubernetesApi(new KubernetesClientBuilder().withConfig(config).build());
        connection = new Connection("far", Cluster.of(api), this::tell);
        connection.want();
        await().until(() -> told.contains("Successful"));
    }

    @AfterEach
    void close() {
        connection.close();
        api.close();
        server.close();
    }

    @Test
    void one_look_that_fails_is_nothing() {
        long before = looks();

        failures.set(1);
        api.circuit().trouble();

        await().until(() -> looks() >= before + 2);
        assertThat(failures).hasValue(0);
        assertThat(told).containsExactly("Successful");
    }

    @Test
    void however_long_it_is_out_of_reach_that_is_told_once() {
        failures.set(3);
        api.circuit().trouble();

        await().until(() -> told.size() > 2);
        assertThat(told).containsExactly("Successful", "Failed", "Successful");
    }

    private long looks() {
        return server.asked().stream().filter(it -> it.what().equals("GET /version")).count();
    }

    private void tell() {
        told.add(connection.state().getClass().getSimpleName());
    }

    private Answer answer(Asked asked) {
        if (!asked.what().equals("GET /version")) {
            return Answer.json(200, Map.of());
        }
        int left = failures.getAndUpdate(it -> Math.max(0, it - 1));
        return left > 0
                ? Answer.json(500, Map.of("message", "Broken %d times more".formatted(left)))
                : Answer.json(200, Map.of("gitVersion", "v1.35.2"));
    }
}
