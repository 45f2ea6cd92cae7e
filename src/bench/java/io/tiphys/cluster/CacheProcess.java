package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The live state of one cluster in a process of its own. Told the cluster's address, it prints how
/// many milliseconds each took, and of CPU time: a bare paged list of every kind, the start of the
/// cache, the same once more; then how many bytes its heap holds with the cache and without, all
/// garbage collected. Nothing is compressed, as what deflate takes would be most of both.
public final class CacheProcess {

    private static final int ROUNDS = 2;

    private CacheProcess() {}

    public static void main(String[] arguments) {
        // Pools would be counted as if they belonged to what is held.
        System.setProperty("io.netty.allocator.type", "unpooled");
        var config = new ConfigBuilder(Config.empty()).withMasterUrl(arguments[0]).build();
        try (var api =
                new KubernetesApi(
                        new KubernetesClientBuilder().withConfig(config).build(),
                        () -> Hidden.EMPTY,
                        false)) {
            var types = new ResourceTypes(api);
            types.discover();
            long without = heap();
            // So that the first of the two does not pay for the JIT of both.
            timed(() -> list(api, types));
            var last = start(api);
            for (int round = 0; round < ROUNDS; round++) {
                last.cache().close();
                System.out.println(timed(() -> list(api, types)));
                var started = new Cluster[1];
                System.out.println(timed(() -> started[0] = start(api)));
                last = started[0];
            }
            System.out.printf(Locale.ROOT, "%d %d%n", heap(), without);
            last.cache().close();
        }
    }

    private static Cluster start(KubernetesApi api) {
        var cluster = Cluster.of(api);
        cluster.cache().start();
        return cluster;
    }

    private static String timed(Runnable work) {
        long cpu = cpu();
        long began = System.nanoTime();
        work.run();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        return "%d %d".formatted(millis, TimeUnit.NANOSECONDS.toMillis(cpu() - cpu));
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    /// As the cache asks, one kind after the other, parsed and thrown away.
    private static void list(KubernetesApi api, ResourceTypes types) {
        for (var type : types.preferred()) {
            if (type.watchable()) {
                var more = "";
                do {
                    var query = more.isEmpty() ? "" : "&continue=" + KubernetesApi.encode(more);
                    more =
                            Json.string(
                                    api.get(type.path() + "?limit=500" + query),
                                    "metadata",
                                    "continue");
                } while (!more.isEmpty());
            }
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
