package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.quarkus.runtime.ResettableSystemProperties;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/// Makes clients of API servers, all on one event loop. It does nothing but send and receive, for
/// answers are waited for and read on virtual threads; several loops would hand each request and
/// each answer over to each other, which takes more time than all else that is done with them.
final class ApiClients {

    private static final VertxHttpClientFactory ONE_LOOP = new VertxHttpClientFactory(vertx());

    private ApiClients() {}

    static KubernetesClient of(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(ONE_LOOP)
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
