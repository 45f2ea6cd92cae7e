package io.tiphys.bench;

import java.io.IOException;
import java.net.URI;

/// The bare pipe as a process.
record PipeProcess(Process process, URI address) implements AutoCloseable {

    private static final String TOPIC = "bench.bare-pipe";

    static PipeProcess start(Service service, Broker broker, String secret) throws IOException {
        broker.createTopic(TOPIC, broker.ends(Broker.EVENTS).size());
        var process =
                new ProcessBuilder(
                                Service.java(),
                                "-Xms512m",
                                "-Xmx512m",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BarePipe.class.getName(),
                                service.kafka(),
                                TOPIC,
                                secret)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var port = process.inputReader().readLine();
        if (port == null) {
            throw new IOException("The bare pipe did not start");
        }
        return new PipeProcess(process, URI.create("http://127.0.0.1:" + port + "/"));
    }

    long cpuMillis() throws IOException {
        return Machine.cpuMillis(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
