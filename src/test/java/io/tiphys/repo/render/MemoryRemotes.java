package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Push;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.KustomizeOptions;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import io.tiphys.repo.Access;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Build;
import io.tiphys.repo.Downloads;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.NamedRepositories;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.StandInRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What lies elsewhere, as a test holds it.
final class MemoryRemotes {

    private final Map<String, MemoryFolder> repositories = new HashMap<>();
    private final Map<String, MemoryFolder> commits = new HashMap<>();
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, MemoryFolder> charts = new HashMap<>();
    private final NamedRepositories named = new NamedRepositories();
    private final List<String> asked = new ArrayList<>();

    /// The cases of `golden/render` have it in a folder of their own.
    static MemoryRemotes read(Path folder) throws IOException {
        var remotes = new MemoryRemotes();
        var index = folder.resolve("index.yaml");
        if (Files.exists(index)) {
            var all = GoldenFiles.objects(index).getFirst();
            for (var one : Json.strings(all, "repositories").entrySet()) {
                remotes.repositories.put(
                        one.getKey(), GoldenFiles.repository(folder.resolve(one.getValue())));
            }
            for (var one : Json.strings(all, "files").entrySet()) {
                remotes.files.put(one.getKey(), Files.readAllBytes(folder.resolve(one.getValue())));
            }
            for (var one : Json.strings(all, "charts").entrySet()) {
                remotes.charts.put(
                        one.getKey(), GoldenFiles.repository(folder.resolve(one.getValue())));
            }
        }
        return remotes;
    }

    /// A repository at a ref: its files, to be filled.
    MemoryFolder repository(String url, String ref) {
        return repositories.computeIfAbsent(url + " " + ref, _ -> new MemoryFolder());
    }

    void file(String url, String content) {
        files.put(url, content.getBytes(UTF_8));
    }

    MemoryFolder chart(String repository, String name, String version) {
        return charts.computeIfAbsent(
                String.join(" ", repository, name, version), _ -> new MemoryFolder());
    }

    /// What was asked for since the last call: where something stands, and how new that must be.
    List<String> asked() {
        var all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    NamedRepositories named() {
        return named;
    }

    Remotes remotes() {
        return new Remotes(
                (url, credential) -> new Held(url, credential),
                (url, chart, _, _) -> artefact(url + " " + chart),
                new Downloads() {
                    @Override
                    public String digest(String url, GitCredential credential, FetchDemand fetch) {
                        asked.add(
                                "%s with %s within %d s"
                                        .formatted(url, credential.login(), fetch.maxAgeSeconds()));
                        var content = files.get(url);
                        if (content == null) {
                            throw new ManifestFailure(
                                    "The file cannot be read: it has no such file");
                        }
                        return String.valueOf(Arrays.hashCode(content));
                    }

                    @Override
                    public byte[] read(String url, GitCredential credential, String digest) {
                        return files.get(url);
                    }
                },
                named);
    }

    /// What the kustomizations of a repository name, with this elsewhere.
    KustomizationFiles namedBy(MemoryFolder root, KustomizeOptions options) {
        var source = Source.read("spec.source", Map.of("repoURL", "https://h/own"));
        var build = new Build("shop", "default", "web", "", List.of());
        var request = new RenderRequest(source, "0", root, root, build);
        return new KustomizationFiles(root, remotes().of(request), options);
    }

    private Artefact artefact(String name) {
        return new Artefact() {
            @Override
            public String resolve(String targetRevision, FetchDemand fetch) {
                asked.add(name + " " + targetRevision);
                if (!charts.containsKey(name + " " + targetRevision)) {
                    throw new ManifestFailure("there is no chart " + name);
                }
                return targetRevision;
            }

            @Override
            public Folder folder(String version, String path) {
                return charts.get(name + " " + version);
            }
        };
    }

    private final class Held extends StandInRepository {

        private final String url;
        private final GitCredential credential;

        Held(String url, GitCredential credential) {
            this.url = url;
            this.credential = credential;
        }

        @Override
        public String resolve(Revision revision, FetchDemand fetch) {
            var name = url + " " + revision.name();
            var pushes = fetch.pushes().stream().map(Push::commit).toList();
            asked.add(
                    "%s with %s after %s within %d s"
                            .formatted(name, credential.origin(), pushes, fetch.maxAgeSeconds()));
            if (!repositories.containsKey(name)) {
                throw new ManifestFailure("The repository has no such revision", true);
            }
            var commit = name + repositories.get(name).treeId();
            commits.put(commit, repositories.get(name));
            return commit;
        }

        @Override
        public Folder checkout(String commit, String path, Access access) {
            return commits.get(commit);
        }

        @Override
        public Verdict verify(Revision revision, String commit, Demand.Signatures demand) {
            return new Verdict(List.of(url + " is not signed"), "");
        }
    }
}
