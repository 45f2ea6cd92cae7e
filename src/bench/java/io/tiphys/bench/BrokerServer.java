package io.tiphys.bench;

import io.tiphys.dev.EmbeddedBroker;
import java.nio.file.Path;

/// A Kafka broker as a process of its own, to be killed apart from the service. Prints its address
/// when clients can connect.
final class BrokerServer {

    private BrokerServer() {}

    /// @param arguments its directory and its port
    public static void main(String[] arguments) throws InterruptedException {
        var broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.println(broker.bootstrapServers());
        Thread.currentThread().join();
    }
}
