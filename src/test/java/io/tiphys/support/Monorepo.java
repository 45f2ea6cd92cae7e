package io.tiphys.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A bare repository of many folders, made and changed by Git itself, so that nothing of what is
/// measured has a part in what is expected.
public final class Monorepo {

    public static final String MAIN = "refs/heads/main";
    public static final int FILES_EACH = 4;

    /// What several may share.
    public static final String BASE = "base/limits.yaml";

    /// Of no concern to anybody.
    public static final String UNUSED = "docs/README.md";

    private final Path directory;
    private int branches;

    private Monorepo(Path directory) {
        this.directory = directory;
    }

    /// With a first commit.
    ///
    /// @param directory is made
    /// @param folders `apps/app-0` and so on, of four manifests each
    public static Monorepo create(Path directory, int folders) throws IOException {
        Files.createDirectories(directory);
        var repository = new Monorepo(directory);
        repository.git(
                new byte[0], "init", "--quiet", "--bare", "--template=", "--initial-branch=main");
        var files = new TreeMap<String, String>();
        files.put(BASE, manifest("limits", "first"));
        files.put(UNUSED, "Nobody deploys this.\n");
        for (int app = 0; app < folders; app++) {
            for (int file = 0; file < FILES_EACH; file++) {
                files.put(file(app, file), manifest(app, file, "first"));
            }
        }
        repository.commit(files);
        return repository;
    }

    public static String folder(int app) {
        return "apps/app-" + app;
    }

    public static String file(int app, int number) {
        return folder(app) + "/map-" + number + ".yaml";
    }

    /// The content of such a file.
    public static String manifest(int app, int number, String value) {
        return manifest("app-%d-%d".formatted(app, number), value);
    }

    public static String manifest(String name, String value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data: {value: "%s"}
        """
                .formatted(name, value);
    }

    /// Adds branches until there are so many refs.
    public void growRefs(int wanted) throws IOException {
        var input = new StringBuilder();
        for (; branches < wanted - 1; branches++) {
            input.append("reset refs/heads/feature-%d\nfrom %s^0\n\n".formatted(branches, MAIN));
        }
        fastImport(input.toString().getBytes(StandardCharsets.US_ASCII));
        git(new byte[0], "pack-refs", "--all");
    }

    public String tip() throws IOException {
        return git(new byte[0], "rev-parse", MAIN).getFirst();
    }

    /// Moves `main` on by one commit.
    ///
    /// @return the commit
    public String commit(Map<String, String> files) throws IOException {
        var input = new ByteArrayOutputStream();
        line(input, "commit " + MAIN);
        line(input, "committer Bench <bench@localhost> 1780000000 +0000");
        data(input, "Change values\n");
        if (Files.exists(directory.resolve(MAIN)) || branches > 0) {
            line(input, "from " + MAIN + "^0");
        }
        for (var file : files.entrySet()) {
            line(input, "M 100644 inline " + file.getKey());
            data(input, file.getValue());
        }
        fastImport(input.toByteArray());
        return tip();
    }

    /// The files that differ between two commits.
    public List<String> changed(String before, String after) throws IOException {
        return git(new byte[0], "diff-tree", "-r", "--name-only", before, after);
    }

    private void fastImport(byte[] input) throws IOException {
        git(input, "fast-import", "--quiet");
    }

    private static void line(ByteArrayOutputStream out, String text) {
        out.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void data(ByteArrayOutputStream out, String text) {
        line(out, "data " + text.getBytes(StandardCharsets.UTF_8).length);
        line(out, text);
    }

    private List<String> git(byte[] input, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("git", "--git-dir=" + directory));
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input);
        }
        var output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("git " + arguments[0] + " failed");
        }
        return output;
    }
}
