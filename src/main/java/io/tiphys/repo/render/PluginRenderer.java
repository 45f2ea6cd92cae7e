package io.tiphys.repo.render;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.Rendering;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.plugin.AskPass;
import io.tiphys.repo.plugin.AskPass.Loan;
import io.tiphys.repo.plugin.Parcel;
import io.tiphys.repo.plugin.Plugin;
import io.tiphys.repo.plugin.PluginConfig;
import io.tiphys.repo.plugin.Plugins;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Renders with the plugins that users of Argo CD have: a server beside this one is sent files, and
/// answers with manifests.
///
/// What a plugin reads of all that it is sent only it knows. So all counts: the files, the
/// environment, the commit's id among it, and the start of its server, that may have brought
/// another version. Where only declared paths are sent, their author has said that other commits
/// make no other manifests, and the commit's id does not count.
@Singleton
class PluginRenderer {

    /// Sources of which it is remembered which plugin they are for.
    private static final int MAX_KNOWN = 10_000;

    /// The folder that a server makes for each request: it would be another one in each message.
    private static final Pattern SERVERS_FOLDER =
            Pattern.compile("[^\\s'\"`:=]*/_cmp_server/[0-9a-fA-F-]{36}/?");

    private final Plugins plugins;
    private final AskPass askPass;
    private final Identities identities;
    private final WorkingFolders folders;
    private final RepositoryArchive archive;
    private final String excluded;
    private final boolean onlyDeclared;
    private final Cache<String, Optional<Plugin>> choices =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

    /// What is to be sent.
    ///
    /// @param folder that is sent, from the repository's root; empty is the root
    /// @param excluded setting of what of it is not
    /// @param path of the source in that folder; `.` is the folder itself
    private record Task(
            RenderRequest request,
            String folder,
            String excluded,
            String path,
            Map<String, String> environment) {

        String inputs(List<Plugin> plugins) {
            var counts = new LinkedHashMap<>(environment);
            if (!folder.isEmpty()) {
                counts.keySet().removeIf(it -> it.startsWith("ARGOCD_APP_REVISION"));
            }
            return Inputs.of(
                    "plugin",
                    plugins.stream().map(it -> List.of(it.name(), it.identity())).toList(),
                    // A plugin may be lent what its Applications may use.
                    request.access().project(),
                    path,
                    new Places(request.root()).idAt(folder),
                    excluded,
                    counts);
        }
    }

    PluginRenderer(
            RepoConfig repositories,
            PluginConfig config,
            Plugins plugins,
            AskPass askPass,
            Identities identities,
            WorkingFolders folders) {
        this.plugins = plugins;
        this.askPass = askPass;
        this.identities = identities;
        this.folders = folders;
        archive = new RepositoryArchive(repositories.jail(), config);
        excluded = config.exclusions().orElse("");
        onlyDeclared = config.onlyDeclaredPaths();
    }

    /// @throws ManifestFailure with the reason for the author
    Rendering plan(RenderRequest request, Source.Plugin options) {
        var task = task(request, Optional.of(options));
        if (!options.name().isEmpty()) {
            var plugin = plugins.named(options.name());
            return rendering(task.inputs(List.of(plugin)), () -> render(task, plugin, true));
        }
        var candidates = asked(plugins::discovering);
        var inputs = task.inputs(candidates);
        return rendering(
                inputs,
                () -> {
                    var plugin =
                            choice(task, candidates, inputs)
                                    .orElseThrow(
                                            () ->
                                                    new ManifestFailure(
                                                            "spec.source.plugin: no plugin that is"
                                                                + " installed is for these files"));
                    return render(task, plugin, false);
                });
    }

    /// The rendering of a source that names no tool, by the plugin that says it is for its files.
    ///
    /// @return empty if there is none
    /// @throws ManifestFailure if one does not answer, which may be the one
    Optional<Rendering> discover(RenderRequest request) {
        var candidates = undecided(plugins::discovering);
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        var task = task(request, Optional.empty());
        var inputs = task.inputs(candidates);
        return undecided(() -> choice(task, candidates, inputs))
                .map(plugin -> rendering(inputs, () -> render(task, plugin, false)));
    }

    private static <T> T undecided(Supplier<T> asking) {
        try {
            return asked(asking);
        } catch (ManifestFailure silent) {
            throw new ManifestFailure(
                    "Whether a plugin renders this source, that names no tool, is not known: "
                            + silent.getMessage(),
                    silent.passing());
        }
    }

    private static Rendering rendering(String inputs, Supplier<Rendered> render) {
        return new Rendering(Source.Type.PLUGIN, inputs, render);
    }

    private Task task(RenderRequest request, Optional<Source.Plugin> options) {
        var source = below("spec.source.path", "", request.source().path());
        var folder = onlyDeclared ? declared(source, request.build().declaredPaths()) : "";
        var path = source.substring(folder.length()).replaceFirst("^/", "");
        return new Task(
                request,
                folder,
                excluded,
                path.isEmpty() ? "." : path,
                PluginEnvironment.of(request, options));
    }

    /// The folder that holds a source's files and all that it declares.
    private static String declared(String source, String declared) {
        if (declared.isBlank()) {
            return "";
        }
        var common = List.of(source.split("/"));
        for (var rule : declared.split(";", -1)) {
            if (!rule.isBlank()) {
                var path = rule.strip();
                var other =
                        path.startsWith("/")
                                ? below(path, "", path.replaceFirst("^/+", ""))
                                : below(path, source, path);
                common = common(common, List.of(other.split("/")));
            }
        }
        return String.join("/", common);
    }

    private static List<String> common(List<String> one, List<String> other) {
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
            same++;
        }
        return one.subList(0, same);
    }

    private static String below(String name, String folder, String path) {
        return JsonnetMain.below(folder, path)
                .orElseThrow(() -> new ManifestFailure(name + " leads out of the repository"));
    }

    /// The first that says that the files are for it. One that does not answer is passed over only
    /// if another one takes them.
    private Optional<Plugin> choice(Task task, List<Plugin> candidates, String inputs) {
        var known = choices.getIfPresent(inputs);
        if (known != null) {
            return known;
        }
        var choice = sent(task, parcel -> choose(parcel, candidates));
        choices.put(inputs, choice);
        return choice;
    }

    private Optional<Plugin> choose(Parcel parcel, List<Plugin> candidates) {
        Optional<ManifestFailure> silent = Optional.empty();
        for (var plugin : candidates) {
            try {
                if (plugins.matches(plugin, parcel)) {
                    return Optional.of(plugin);
                }
            } catch (ManifestFailure failure) {
                silent = Optional.of(failure);
            }
        }
        if (silent.isPresent()) {
            throw silent.get();
        }
        return Optional.empty();
    }

    private Rendered render(Task task, Plugin plugin, boolean named) {
        var texts =
                sent(
                        task,
                        parcel -> {
                            try (var loan = loan(task.request(), plugin)) {
                                var more = parcel.with(loan.environment());
                                return plugins.generate(plugin, more, named);
                            }
                        });
        var origin = "plugin " + plugin.name();
        var manifests = new ArrayList<Manifest>();
        for (var text : texts) {
            var documents = new ArrayList<Object>();
            ManifestYaml.read(origin, text, documents);
            documents.forEach(it -> Manifests.add(it, origin, manifests));
        }
        return Rendered.of(manifests);
    }

    /// What a plugin that asks for it gets at the source's own repository with: what goes as user
    /// and password over HTTP. Keys of SSH stay here, as do tokens that are sent in another way.
    private Loan loan(RenderRequest request, Plugin plugin) {
        var url = request.source().repoUrl();
        return plugins.borrows(plugin)
                ? identities
                        .password(request.access().git().apply(url), url)
                        .map(askPass::lend)
                        .orElse(Loan.NONE)
                : Loan.NONE;
    }

    private interface Talk<T> {
        T with(Parcel parcel);
    }

    private <T> T sent(Task task, Talk<T> talk) {
        try (var folder = folders.open()) {
            var file = folder.home().resolve("files.tar.gz");
            var checksum = archive.write(task.request().root(), task.folder(), file);
            var parcel =
                    new Parcel(
                            task.request().build().application(),
                            task.path(),
                            task.environment(),
                            file,
                            checksum);
            return asked(() -> talk.with(parcel));
        }
    }

    /// What a plugin says, as an author should read it.
    private static <T> T asked(Supplier<T> asking) {
        try {
            return asking.get();
        } catch (ManifestFailure failure) {
            var said = SERVERS_FOLDER.matcher(String.valueOf(failure.getMessage())).replaceAll("");
            throw new ManifestFailure(Said.shortened(said), failure.passing());
        }
    }
}
