package io.tiphys.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A cluster and a broker as processes of their own, so that what the service's process uses is the
/// service's. The cluster is a sandbox, or one that was given.
///
/// @param sandbox unless a cluster was given
/// @param clusterPids of the processes that are the cluster, as far as they run here
/// @param flags with which the service uses them
record Apart(
        Optional<JavaProcess> sandbox,
        List<Long> clusterPids,
        JavaProcess broker,
        List<String> flags)
        implements AutoCloseable {

    private static final String HEAP = "1g";

    /// @param folder for what the broker keeps
    static Apart start(Path folder, Options options) throws IOException {
        return options.kubeconfig().isPresent()
                ? with(Optional.empty(), options.clusterPids(), options.kubeconfig().get(), folder)
                : withSandbox(folder, options);
    }

    private static Apart withSandbox(Path folder, Options options) throws IOException {
        var sandbox =
                JavaProcess.start(
                        SandboxServer.class, HEAP, SandboxServer.slow(options.applyMillis()));
        sandbox.line();
        sandbox.line();
        var kubeconfig = SandboxServer.kubeconfig(folder, sandbox.line());
        return with(Optional.of(sandbox), List.of(sandbox.process().pid()), kubeconfig, folder);
    }

    private static Apart with(
            Optional<JavaProcess> sandbox, List<Long> pids, Path kubeconfig, Path folder)
            throws IOException {
        var broker =
                JavaProcess.start(
                        BrokerServer.class,
                        HEAP,
                        folder.resolve("kafka").toString(),
                        String.valueOf(Service.freePort()));
        return new Apart(
                sandbox,
                pids,
                broker,
                List.of(
                        "-Dtiphys.dev.kubeconfig=" + kubeconfig,
                        "-Dtiphys.kafka.bootstrap-servers=" + broker.line()));
    }

    /// CPU time that the cluster has used; 0 if it runs elsewhere.
    long clusterCpuMillis() throws IOException {
        long millis = 0;
        for (long pid : clusterPids) {
            millis += Machine.cpuMillis(pid);
        }
        return millis;
    }

    @Override
    public void close() {
        sandbox.ifPresent(JavaProcess::close);
        broker.close();
    }
}
