package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.Glob;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Source.Jsonnet.Variable;
import io.tiphys.repo.Folder;
import io.tiphys.repo.Folder.Entry;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.Rendering;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Renders a plain directory: every YAML, JSON or Jsonnet file that the source's filters let pass,
/// in the order of their names. Files that hold something else than manifests may lie among them.
@Singleton
class DirectoryRenderer {

    /// Argo CD's limit on all files of one source together.
    private static final long MAX_BYTES = 10L * 1024 * 1024;

    private static final String SKIP_MARKER = "+argocd:skip-file-rendering";

    private static final String JSONNET = ".jsonnet";

    private final Jsonnet jsonnet;

    /// The inputs of those that read nothing outside of their folders: a refresh of what has not
    /// changed lists no files.
    private final Cache<Own, String> inputs = Caffeine.newBuilder().maximumSize(10_000).build();

    /// @param treeId of the folder
    /// @param programs whether Jsonnet files count
    private record Own(String treeId, String path, Source.Directory directory, boolean programs) {}

    /// @param origin its path in the source's folder
    /// @param target where a symbolic link leads, from the repository's root; else empty
    private record File(String origin, Entry entry, String target) {}

    /// @param linked what links lead to
    /// @param programs Jsonnet files and what they import
    private record Chosen(List<File> files, FileSet linked, FileSet programs) {

        byte[] read(File file, Folder folder) {
            return file.target().isEmpty() ? folder.read(file.entry()) : linked.read(file.target());
        }
    }

    DirectoryRenderer(Jsonnet jsonnet) {
        this.jsonnet = jsonnet;
    }

    /// @return what the folder's own files render to
    Rendering plan(RenderRequest request, Source.Directory directory) {
        var path = below("", request.source().path());
        var own =
                new Own(
                        request.folder().treeId(),
                        path,
                        directory,
                        request.build().tools().isOn(Source.Type.DIRECTORY));
        var known = inputs.getIfPresent(own);
        return known == null
                ? plan(request, directory, own)
                : new Rendering(
                        Source.Type.DIRECTORY,
                        known,
                        () -> plan(request, directory, own).render().get());
    }

    private Rendering plan(RenderRequest request, Source.Directory directory, Own own) {
        var path = own.path();
        var given = substituted(directory.jsonnet(), BuildVariables.of(request));
        var libraries = libraries(path, given);
        var chosen = choose(request, own, libraries);
        boolean plain = chosen.programs().ids().isEmpty();
        var named =
                Inputs.of(
                        "directory",
                        // Paths stand in messages, and say what imports mean.
                        path,
                        chosen.files(),
                        chosen.linked().ids(),
                        chosen.programs().ids(),
                        plain ? List.of() : List.of(given, Jsonnet.version()));
        if (plain && chosen.linked().ids().isEmpty()) {
            inputs.put(own, named);
        }
        return new Rendering(
                Source.Type.DIRECTORY,
                named,
                () -> render(request, path, given, libraries, chosen));
    }

    private static Source.Jsonnet substituted(Source.Jsonnet given, BuildVariables build) {
        UnaryOperator<List<Variable>> values =
                variables ->
                        variables.stream()
                                .map(
                                        it ->
                                                new Variable(
                                                        it.name(),
                                                        build.substituted(it.value()),
                                                        it.code()))
                                .toList();
        return new Source.Jsonnet(
                values.apply(given.extVars()), values.apply(given.tlas()), given.libs());
    }

    private Chosen choose(RenderRequest request, Own own, List<String> libraries) {
        var path = own.path();
        var directory = own.directory();
        var wanted = wanted(directory);
        var files = new ArrayList<File>();
        var linked = new FileSet(request.root());
        var programs = new FileSet(request.root());
        for (var entry : request.folder().entries(directory.recurse())) {
            boolean program = entry.path().endsWith(JSONNET);
            if (!wanted.test(entry.path()) || (program && !own.programs())) {
                continue;
            }
            var inRepository = below(path, entry.path());
            var target = entry.link() ? linked.addFile(inRepository) : Optional.of("");
            if (target.isEmpty()) {
                // As Argo CD does, what leads to no file is passed over.
                continue;
            }
            files.add(new File(entry.path(), entry, target.get()));
            if (program) {
                jsonnet.take(inRepository, libraries, programs);
            }
        }
        return new Chosen(files, linked, programs);
    }

    private static Predicate<String> wanted(Source.Directory directory) {
        var include = glob("directory.include", directory.include());
        var exclude = glob("directory.exclude", directory.exclude());
        return path ->
                !SourceRenderer.isOverride(path.substring(path.lastIndexOf('/') + 1))
                        && (directory.anyExtension()
                                || Stream.of(".yaml", ".yml", ".json", JSONNET)
                                        .anyMatch(path::endsWith))
                        && exclude.map(it -> !it.matches(path)).orElse(true)
                        && include.map(it -> it.matches(path)).orElse(true);
    }

    private static Optional<Glob> glob(String field, String glob) {
        try {
            return glob.isEmpty() ? Optional.empty() : Optional.of(new Glob(field, glob));
        } catch (InvalidSpecException malformed) {
            throw new ManifestFailure(String.valueOf(malformed.getMessage()));
        }
    }

    /// Where imports are looked for, the first one at first: as Argo CD does it, that is the last
    /// of the libraries, and the source's own folder after all of them.
    private static List<String> libraries(String path, Source.Jsonnet given) {
        var libraries = new ArrayList<>(List.of(path));
        given.libs().forEach(it -> libraries.add(below("", it.replaceFirst("^/+", ""))));
        Collections.reverse(libraries);
        return libraries;
    }

    private static String below(String folder, String path) {
        return JsonnetMain.below(folder, path)
                .orElseThrow(() -> new ManifestFailure(path + " leads out of the repository"));
    }

    private Rendered render(
            RenderRequest request,
            String path,
            Source.Jsonnet given,
            List<String> libraries,
            Chosen chosen) {
        var contents = new LinkedHashMap<String, byte[]>();
        long bytes = 0;
        for (var file : chosen.files()) {
            var content = chosen.read(file, request.folder());
            if (!loosely(content).contains(SKIP_MARKER)) {
                contents.put(file.origin(), content);
                // What Jsonnet takes has limits of its own.
                bytes += file.origin().endsWith(JSONNET) ? 0 : content.length;
                if (bytes > MAX_BYTES) {
                    throw new ManifestFailure(
                            "The files of the source are larger than 10 MB together");
                }
            }
        }
        var programs = contents.keySet().stream().filter(it -> it.endsWith(JSONNET)).toList();
        var evaluated =
                programs.isEmpty()
                        ? Collections.<String>emptyIterator()
                        : jsonnet.evaluate(
                                        programs.stream().map(it -> below(path, it)).toList(),
                                        libraries,
                                        given,
                                        chosen.programs())
                                .iterator();
        var manifests = new ArrayList<Manifest>();
        contents.forEach(
                (origin, content) -> {
                    var documents =
                            origin.endsWith(JSONNET)
                                    ? evaluated(origin, evaluated.next())
                                    : documents(origin, content);
                    documents.forEach(it -> Manifests.add(it, origin, manifests));
                });
        return Rendered.of(manifests);
    }

    /// An object, or a list of objects.
    private static List<Object> evaluated(String origin, String json) {
        var documents = new ArrayList<Object>();
        ManifestYaml.read(origin, json, documents);
        return documents.stream()
                .flatMap(it -> it instanceof List<?> list ? list.stream() : Stream.of(it))
                .filter(Objects::nonNull)
                .map(Object.class::cast)
                .toList();
    }

    /// The documents of a file; none if it is clearly there for somebody else, as Argo CD tells it:
    /// a JSON object without kind, or YAML of which nothing has a kind and that does not even
    /// mention what every manifest has.
    private static List<Object> documents(String origin, byte[] content) {
        boolean json = origin.endsWith(".json");
        var documents = new ArrayList<Object>();
        try {
            KnownDocuments.read(origin, ManifestYaml.text(origin, content), documents);
        } catch (ManifestFailure unreadable) {
            if (json || areManifests(documents, content)) {
                throw unreadable;
            }
            return List.of();
        }
        if (json && documents.size() > 1) {
            throw new ManifestFailure(origin + ": a JSON file must hold one object only");
        }
        boolean others =
                json
                        ? documents.stream().allMatch(DirectoryRenderer::isOther)
                        : !areManifests(documents, content);
        return others ? List.of() : documents;
    }

    private static boolean isOther(Object document) {
        return document instanceof Map<?, ?> map
                && !map.containsKey("kind")
                && !map.containsKey("apiVersion");
    }

    private static boolean areManifests(List<Object> documents, byte[] content) {
        var text = loosely(content);
        return documents.stream()
                        .anyMatch(it -> it instanceof Map<?, ?> map && map.containsKey("kind"))
                || Stream.of("apiVersion:", "kind:", "metadata:").allMatch(text::contains);
    }

    /// Latin letters of whatever is or is not a text; UTF-16 has zeros between them.
    private static String loosely(byte[] content) {
        return new String(content, UTF_8).replace("\0", "");
    }
}
