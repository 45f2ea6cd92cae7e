package io.tiphys.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A main class of the benchmarks as a process of its own, which can be killed and stopped.
record JavaProcess(Process process, BufferedReader output) implements AutoCloseable {

    static JavaProcess start(Class<?> main, String heap, String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Service.java(),
                                "-Xmx" + heap,
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new JavaProcess(process, process.inputReader());
    }

    /// @throws IOException if it ended instead
    String line() throws IOException {
        var line = output.readLine();
        if (line == null) {
            throw new IOException(process.info() + " ended");
        }
        return line;
    }

    /// kill -9; returns when it is gone.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// It keeps its connections and answers nobody until it is told to go on.
    void freeze() throws IOException {
        signal("-STOP");
    }

    void goOn() throws IOException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException {
        var kill = new ProcessBuilder("kill", name, String.valueOf(process.pid())).start();
        if (kill.onExit().join().exitValue() != 0) {
            throw new IOException("The process could not be sent " + name);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
