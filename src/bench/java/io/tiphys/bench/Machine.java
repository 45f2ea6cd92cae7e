package io.tiphys.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a run was made, and what else went on there. As Linux tells it.
final class Machine {

    /// The unit of CPU time in `/proc`, the same on every Linux that runs a JDK.
    private static final int MILLIS_PER_TICK = 10;

    private Machine() {}

    static Map<String, Object> fingerprint() throws IOException {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("cpu", value("/proc/cpuinfo", "model name"));
        facts.put("memory", value("/proc/meminfo", "MemTotal"));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("commit", git("rev-parse", "HEAD"));
        facts.put("changedFiles", git("status", "--porcelain"));
        facts.put("load", load());
        return facts;
    }

    /// The load average: neighbours make every time longer.
    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    /// CPU time that a process has used, user and system together.
    static long cpuMillis(long pid) throws IOException {
        var fields = stat(pid);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
    }

    /// CPU time of all processes that a process has started and that have ended.
    static long cpuMillisOfChildren(long pid) throws IOException {
        var fields = stat(pid);
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * MILLIS_PER_TICK;
    }

    private static String[] stat(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name of the command may hold spaces; it ends at the last parenthesis.
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /// CPU time by the scheduler's own clock, fine enough for a single push. A thread that ended
    /// takes its time along, so this is for spans in which none does.
    static long cpuNanos(long pid) throws IOException {
        long nanos = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (var thread : threads) {
                try {
                    var times = Files.readString(thread.resolve("schedstat"));
                    nanos += Long.parseLong(times.substring(0, times.indexOf(' ')));
                } catch (NoSuchFileException ended) {
                    continue;
                }
            }
        }
        return nanos;
    }

    private static String value(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("not said");
    }

    private static String git(String... arguments) throws IOException {
        var command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
