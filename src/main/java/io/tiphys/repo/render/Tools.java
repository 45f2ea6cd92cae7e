package io.tiphys.repo.render;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the tools that render: where the configuration says, else on the PATH. A tool is asked for
/// its version once, and again when its file has changed.
@Singleton
public class Tools {

    private static final Pattern VERSION = Pattern.compile("v?\\d+\\.\\d+\\.\\d+[-+.\\w]*");

    /// For programs in Go that soon end: they collect garbage when the heap is five times what is
    /// in use, not twice, which saves a fifth of their processor time. What is large is collected
    /// as it is by default, for the heap is not let grow beyond the limit as long as that can be
    /// helped.
    static final Map<String, String> SHORT_LIVED = Map.of("GOGC", "400", "GOMEMLIMIT", "512MiB");

    private final Map<String, Path> configured;
    private final String path;
    private final Jail jail;
    private final WorkingFolders folders;
    private final Map<Build, Tool> known = new ConcurrentHashMap<>();

    private record Build(Path file, long size, FileTime changed) {}

    @Inject
    Tools(RepoConfig config, Jail jail, WorkingFolders folders) {
        this(config.tools(), path(), jail, folders);
    }

    Tools(Map<String, Path> configured, String path, Jail jail, WorkingFolders folders) {
        this.configured = configured;
        this.path = path;
        this.jail = jail;
        this.folders = folders;
    }

    /// @throws ManifestFailure if there is none
    public Tool helm() {
        var file =
                find("helm")
                        .orElseThrow(() -> missing("helm", "helm.sh/docs/intro/install", "helm"));
        return known("helm", file, List.of(), "version", "--short");
    }

    /// A `kustomize` of its own, else the one in `kubectl`: both take a folder and the options of
    /// `build`.
    ///
    /// @throws ManifestFailure if there is neither
    public Tool kustomize() {
        var own = find("kustomize");
        if (own.isPresent()) {
            return known("kustomize", own.get(), List.of("build"), "version");
        }
        var kubectl =
                find("kubectl")
                        .orElseThrow(
                                () ->
                                        missing(
                                                "kustomize",
                                                "kubectl.sigs.k8s.io/installation/kustomize",
                                                "kustomize",
                                                "kubectl"));
        return known("kustomize", kubectl, List.of("kustomize"), "version", "--client");
    }

    static String path() {
        return Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin");
    }

    private Optional<Path> find(String name) {
        var set = configured.get(name);
        if (set == null) {
            return Arrays.stream(path.split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name))
                    .filter(file -> file.isAbsolute() && isProgram(file))
                    .findFirst();
        }
        if (!set.isAbsolute() || !isProgram(set)) {
            throw new ManifestFailure(
                    "tiphys.repo.tools.%s must be the absolute path of a program, and %s is not"
                            .formatted(name, set));
        }
        return Optional.of(set);
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static ManifestFailure missing(String name, String source, String... programs) {
        return new ManifestFailure(
                ("%s is needed to render this source and was not found: no %s on the PATH,"
                                + " no setting %s. How to get it: https://%s")
                        .formatted(
                                name,
                                String.join(" or ", programs),
                                String.join(
                                        " or ",
                                        Arrays.stream(programs)
                                                .map(it -> "tiphys.repo.tools." + it)
                                                .toList()),
                                source));
    }

    private Tool known(String name, Path file, List<String> subcommand, String... asked) {
        return known.computeIfAbsent(
                build(file),
                _ -> {
                    var command = Stream.concat(Stream.of(file.toString()), subcommand.stream());
                    return new Tool(name, command.toList(), version(name, file, asked));
                });
    }

    private static Build build(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Build(file, attributes.size(), attributes.lastModifiedTime());
        } catch (IOException gone) {
            throw new UncheckedIOException("A tool cannot be read", gone);
        }
    }

    /// Of several versions the last: `kubectl` names its own before that of its Kustomize.
    private String version(String name, Path file, String... arguments) {
        try (var folder = folders.open()) {
            var bare = new Tool(name, List.of(file.toString()), "");
            var answer =
                    new String(jail.run(new Run(bare, folder, arguments)), StandardCharsets.UTF_8);
            return VERSION.matcher(answer)
                    .results()
                    .map(MatchResult::group)
                    .reduce((_, last) -> last)
                    .orElseThrow(
                            () ->
                                    new ManifestFailure(
                                            "%s does not tell its version: %s"
                                                    .formatted(file, Said.shortened(answer))));
        }
    }
}
