package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.Source;
import io.tiphys.repo.ManifestFailure;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Evaluates the Jsonnet files of a source, by [JsonnetMain] in a jail: an expression of one line
/// can take all memory, and no thread of this process can be kept from that.
@Singleton
class Jsonnet {

    /// What it starts with has been enough for every configuration; what needs more is an attack.
    private static final List<String> JVM =
            List.of(
                    "-Xmx256m",
                    "-Xss16m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:CompressedClassSpaceSize=64m",
                    "-XX:ReservedCodeCacheSize=64m",
                    "-XX:-UsePerfData",
                    "-Xshare:auto");

    /// One of each archive that the process needs.
    private static final List<String> CLASSES =
            List.of(
                    "io.tiphys.repo.render.JsonnetMain",
                    "sjsonnet.Interpreter",
                    "scala.Option",
                    "fastparse.Parsed",
                    "geny.Writable",
                    "sourcecode.Name",
                    "ujson.Value",
                    "upickle.core.Visitor",
                    "pprint.Util",
                    "fansi.Str",
                    "scalatags.Text");

    private final Jail jail;
    private final WorkingFolders folders;

    /// What files import, by their object ids.
    private final Cache<String, List<String>> imports =
            Caffeine.newBuilder().maximumSize(10_000).build();

    Jsonnet(Jail jail, WorkingFolders folders) {
        this.jail = jail;
        this.folders = folders;
    }

    /// Names what evaluates, for the name of the result.
    static String version() {
        return String.valueOf(archive("sjsonnet.Interpreter").getFileName());
    }

    /// Takes a Jsonnet file, what it imports, what that imports and so on. An import that is not
    /// found is left to the evaluation, which tells it its author.
    ///
    /// @param file from the repository's root
    /// @param libraries folders that imports are looked for in, the first one at first
    void take(String file, List<String> libraries, FileSet files) {
        var seen = new HashSet<>(Set.of(file));
        for (var ahead = new ArrayDeque<>(seen); !ahead.isEmpty(); ) {
            var importing = ahead.remove();
            for (var name : imports(importing, files)) {
                Stream.concat(Stream.of(JsonnetMain.parent(importing)), libraries.stream())
                        .flatMap(folder -> JsonnetMain.below(folder, name).stream())
                        .filter(path -> isFile(path, files))
                        .findFirst()
                        .filter(seen::add)
                        .ifPresent(ahead::add);
            }
        }
    }

    private List<String> imports(String file, FileSet files) {
        return files.addFile(file)
                .map(
                        real ->
                                imports.get(
                                        files.ids().getOrDefault(real, ""),
                                        _ -> JsonnetImports.of(files.read(real))))
                .orElse(List.of());
    }

    private static boolean isFile(String path, FileSet files) {
        try {
            return files.addFile(path).isPresent();
        } catch (ManifestFailure outside) {
            // It may stand in a comment; if not, it is not found when it is evaluated.
            return false;
        }
    }

    /// @param names of the files to evaluate
    /// @param files those and what they import
    /// @return a text of JSON for each
    /// @throws ManifestFailure with what one of them does wrong
    List<String> evaluate(
            List<String> names, List<String> libraries, Source.Jsonnet given, FileSet files) {
        try (var folder = folders.open()) {
            files.writeTo(folder);
            var variables = folder.home().resolve("variables");
            write(given, variables);
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(JVM);
            command.add("-cp");
            command.add(
                    CLASSES.stream()
                            .map(it -> archive(it).toString())
                            .distinct()
                            .collect(Collectors.joining(File.pathSeparator)));
            command.add(CLASSES.getFirst());
            var arguments = new ArrayList<String>();
            arguments.add(variables.toString());
            arguments.add(String.valueOf(libraries.size()));
            arguments.addAll(libraries);
            arguments.addAll(names);
            var tool = new Tool("jsonnet", command, version());
            var run = new Run(tool, folder, arguments.toArray(String[]::new));
            return new String(jail.run(run), UTF_8).lines().toList();
        }
    }

    private static void write(Source.Jsonnet given, Path file) {
        var variables = new Properties();
        given.extVars().forEach(it -> put(JsonnetMain.EXTERNAL, it, variables));
        given.tlas().forEach(it -> put(JsonnetMain.TOP_LEVEL, it, variables));
        try (var writer = Files.newBufferedWriter(file)) {
            variables.store(writer, null);
        } catch (IOException full) {
            throw new UncheckedIOException("A working folder cannot be written", full);
        }
    }

    private static void put(String kind, Source.Jsonnet.Variable it, Properties variables) {
        var text = new String(JsonStringEncoder.getInstance().quoteAsString(it.value()));
        variables.put(kind + it.name(), it.code() ? it.value() : '"' + text + '"');
    }

    /// Where a class was loaded from.
    private static Path archive(String name) {
        try {
            var of = Class.forName(name, false, Jsonnet.class.getClassLoader());
            var location = of.getProtectionDomain().getCodeSource().getLocation().toString();
            // Some class loaders name the root inside of an archive.
            return Path.of(URI.create(location.replaceFirst("^jar:(.*)!/$", "$1")));
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException("What evaluates Jsonnet is not complete", missing);
        }
    }
}
