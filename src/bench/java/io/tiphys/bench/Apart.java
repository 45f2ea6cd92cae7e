package io.tiphys.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A cluster and a broker as processes of their own, so that what the service's process uses is the
/// service's.
///
/// @param flags with which the service uses them
record Apart(JavaProcess cluster, JavaProcess broker, List<String> flags) implements AutoCloseable {

    private static final String HEAP = "1g";

    /// @param folder for what the broker keeps
    static Apart start(Path folder) throws IOException {
        var cluster = JavaProcess.start(SandboxServer.class, HEAP);
        cluster.line();
        cluster.line();
        var kubeconfig = SandboxServer.kubeconfig(folder, cluster.line());
        var broker =
                JavaProcess.start(
                        BrokerServer.class,
                        HEAP,
                        folder.resolve("kafka").toString(),
                        String.valueOf(Service.freePort()));
        return new Apart(
                cluster,
                broker,
                List.of(
                        "-Dtiphys.dev.kubeconfig=" + kubeconfig,
                        "-Dtiphys.kafka.bootstrap-servers=" + broker.line()));
    }

    @Override
    public void close() {
        cluster.close();
        broker.close();
    }
}
