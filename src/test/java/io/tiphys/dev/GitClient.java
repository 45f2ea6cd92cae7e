package io.tiphys.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The `git` of this machine in a working directory, without the settings of whoever runs it.
record GitClient(Path directory) {

    /// What it printed; fails with that if the command fails.
    String run(String... arguments) throws Exception {
        var result = attempt(arguments);
        if (result.exitCode != 0) {
            throw new AssertionError("git " + String.join(" ", arguments) + "\n" + result.output);
        }
        return result.output;
    }

    record Result(int exitCode, String output) {}

    Result attempt(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git"));
        for (var setting : List.of("user.name=Ada", "user.email=ada@example.org")) {
            command.addAll(List.of("-c", setting));
        }
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("GIT_"));
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("no_proxy", Loopback.HOST);
        environment.put("LC_ALL", "C");
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes());
        return new Result(process.waitFor(), output.strip());
    }

    String commit(String file, String content) throws Exception {
        Files.writeString(directory.resolve(file), content);
        run("add", "-A");
        run("commit", "-q", "-m", "Change " + file);
        return run("rev-parse", "HEAD");
    }

    static boolean installed() {
        try {
            return new ProcessBuilder("git", "--version").start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
