package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import sjsonnet.DefaultParseCache;
import sjsonnet.Importer;
import sjsonnet.Interpreter;
import sjsonnet.ResolvedFile;
import sjsonnet.Settings;
import sjsonnet.StaticResolvedFile;
import sjsonnet.Std;

/// Evaluates Jsonnet files in a process of its own, which [Jsonnet] starts: nothing else bounds the
/// memory and the time that an expression takes. It reads files of the folder that it runs in, and
/// no others.
final class JsonnetMain {

    /// What stands before a variable's name in the file of variables.
    static final String EXTERNAL = "ext:";

    static final String TOP_LEVEL = "tla:";

    private final List<String> libraries;
    private final Properties variables;

    private JsonnetMain(List<String> libraries, Properties variables) {
        this.libraries = libraries;
        this.variables = variables;
    }

    /// Prints one line of JSON a file.
    ///
    /// @param arguments the file of variables, whose values are expressions; how many folders of
    ///     libraries follow, and those, the one that is looked in first at first; the files to
    ///     evaluate. Paths are relative to the folder that it runs in
    public static void main(String... arguments) throws IOException {
        var variables = new Properties();
        try (var file = Files.newBufferedReader(Path.of(arguments[0]))) {
            variables.load(file);
        }
        int files = 2 + Integer.parseInt(arguments[1]);
        var main = new JsonnetMain(List.of(arguments).subList(2, files), variables);
        try (var output = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8)) {
            for (var file : List.of(arguments).subList(files, arguments.length)) {
                output.println(main.evaluate(file));
            }
        } catch (StackOverflowError endless) {
            throw fail("its functions call each other too deeply");
        } catch (OutOfMemoryError large) {
            throw fail("it takes more memory than Jsonnet may");
        }
    }

    /// Where a name leads from a folder, both relative to the repository's root.
    ///
    /// @return empty if that is out of the repository
    static Optional<String> below(String folder, String name) {
        var path = new ArrayList<String>();
        for (var part : (folder + "/" + name).split("/", -1)) {
            if (part.equals("..") && path.isEmpty()) {
                return Optional.empty();
            } else if (part.equals("..")) {
                path.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                path.add(part);
            }
        }
        return name.startsWith("/") ? Optional.empty() : Optional.of(String.join("/", path));
    }

    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private String evaluate(String file) throws IOException {
        // As the reference implementation does it, where an older one was less strict.
        var settings = new Settings(false, false, false, true, true, true);
        var interpreter =
                new Interpreter(
                        variables(EXTERNAL),
                        variables(TOP_LEVEL),
                        new FilePath(""),
                        new FolderImporter(libraries),
                        new DefaultParseCache(),
                        settings,
                        null,
                        null,
                        new Std().Std());
        var result = interpreter.interpret(Files.readString(Path.of(file)), new FilePath(file));
        if (result.isLeft()) {
            throw fail(result.swap().toOption().get().replaceFirst("^sjsonnet\\.\\w+: ", ""));
        }
        return ujson.package$.MODULE$.write(result.toOption().get(), -1, true);
    }

    private scala.collection.immutable.Map<String, String> variables(String kind) {
        var chosen = new HashMap<String, String>();
        for (var name : variables.stringPropertyNames()) {
            if (name.startsWith(kind)) {
                chosen.put(name.substring(kind.length()), variables.getProperty(name));
            }
        }
        return scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(chosen));
    }

    /// Ends the process.
    private static IllegalStateException fail(String message) {
        try (var said = new PrintStream(new FileOutputStream(FileDescriptor.err), false, UTF_8)) {
            said.println(message);
        }
        System.exit(1);
        return new IllegalStateException("The process has ended");
    }

    /// Finds what is imported beside the file that imports it, then in libraries.
    private static final class FolderImporter extends Importer {

        private final List<String> libraries;

        FolderImporter(List<String> libraries) {
            this.libraries = libraries;
        }

        @Override
        public Option<sjsonnet.Path> resolve(sjsonnet.Path beside, String name) {
            return Option.apply(
                    Stream.concat(Stream.of(((FilePath) beside).path()), libraries.stream())
                            .flatMap(folder -> below(folder, name).stream())
                            .filter(FolderImporter::isHere)
                            .findFirst()
                            .map(FilePath::new)
                            .orElse(null));
        }

        @Override
        public Option<ResolvedFile> read(sjsonnet.Path file) {
            try {
                var content = Files.readAllBytes(Path.of(((FilePath) file).path()));
                return Option.apply(new StaticResolvedFile(new String(content, UTF_8)));
            } catch (IOException missing) {
                return Option.empty();
            }
        }

        /// A link may lead to another file of the folder.
        private static boolean isHere(String path) {
            try {
                var real = Path.of(path).toRealPath();
                return real.startsWith(Path.of("").toRealPath()) && Files.isRegularFile(real);
            } catch (IOException | InvalidPathException missing) {
                return false;
            }
        }
    }

    /// @param path relative to the folder that the process runs in, without `.` and `..`
    private record FilePath(String path) implements sjsonnet.Path {

        @Override
        public String relativeToString(sjsonnet.Path other) {
            return path;
        }

        @Override
        public sjsonnet.Path parent() {
            return new FilePath(JsonnetMain.parent(path));
        }

        @Override
        public int segmentCount() {
            return path.split("/", -1).length;
        }

        @Override
        public String last() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        @Override
        public sjsonnet.Path $div(String name) {
            return new FilePath(path.isEmpty() ? name : path + "/" + name);
        }

        @Override
        public String renderOffsetStr(
                int offset, scala.collection.mutable.HashMap<sjsonnet.Path, int[]> lines) {
            return path + ":" + offset;
        }
    }
}
