package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.quarkus.runtime.ResettableSystemProperties;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Makes clients of API servers, each on one event loop. It does nothing but send and receive, for
/// answers are waited for and read on virtual threads; several loops would hand each request and
/// each answer over to each other, which takes more time than all else that is done with them. Many
/// clusters share as many loops as there are processors.
final class ApiClients {

    private static final List<VertxHttpClientFactory> LOOPS =
            Stream.generate(() -> new VertxHttpClientFactory(vertx()))
                    .limit(Runtime.getRuntime().availableProcessors())
                    .toList();

    private static final AtomicInteger NEXT = new AtomicInteger();

    private ApiClients() {}

    static KubernetesClient of(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(
                        LOOPS.get(Math.floorMod(NEXT.getAndIncrement(), LOOPS.size())))
                .build();
    }

    /// Names are resolved as everywhere in the JVM.
    private static Vertx vertx() {
        try (var _ = ResettableSystemProperties.of("vertx.disableDnsResolver", "true")) {
            return Vertx.vertx(
                    new VertxOptions()
                            .setEventLoopPoolSize(1)
                            .setUseDaemonThread(true)
                            .setFileSystemOptions(
                                    new FileSystemOptions()
                                            .setFileCachingEnabled(false)
                                            .setClassPathResolvingEnabled(false)));
        }
    }
}
