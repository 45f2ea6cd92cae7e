package io.tiphys.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;

/// The one command: runs the benchmarks that are asked for, prints a table, writes every sample.
final class Bench {

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        var report = new LinkedHashMap<String, Object>();
        report.put("machine", Machine.fingerprint());
        report.put("options", options.toString());
        report.put("serviceFlags", Service.FLAGS);
        for (var benchmark : options.only()) {
            switch (benchmark) {
                case "B1" -> report.put("B1", new Ingest(options).run());
                case "B2" -> report.put("B2", new AffectedSet(options).run());
                case "B3" -> report.put("B3", new PushToLive(options).run());
                case "B4" -> report.put("B4", new SyncOfMany(options).run());
                case "B5" -> report.put("B5", new MassRollout(options).run());
                case "B6" -> report.put("B6", new FixedWaits(options).run());
                case "B7" -> report.put("B7", new UnchangedRefresh(options).run());
                case "B8" -> report.put("B8", new ImageBumps(options).run());
                case "B9" -> report.put("B9", new LiveMemory(options).run());
                case "B10" -> report.put("B10", new Storm(options).run());
                case "B11" -> report.put("B11", new Crash(options).run());
                case "B12" -> report.put("B12", new Renderings(options).run());
                case "sandbox" -> report.put("sandbox", new SandboxSpeed().run());
                default -> throw new IllegalArgumentException("There is no benchmark " + benchmark);
            }
            report.put("machineAfter", Machine.load());
            write(options, report);
        }
        System.out.println("\nAll samples: " + options.out());
    }

    private static void write(Options options, Object report) throws IOException {
        var file = options.out().toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
    }
}
