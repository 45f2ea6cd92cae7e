package io.tiphys.repo.render;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Build;
import io.tiphys.repo.Folder;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendering;
import io.tiphys.support.Accesses;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/// Helm is a script here that writes its arguments into a manifest; [HelmGoldenIT] has the real
/// one.
abstract class HelmByScript {

    private static final String SCRIPT =
            """
            #!/bin/sh
            if [ "$1" = version ]; then echo v4.0.0; exit; fi
            printf -- '---\\n# Source: app/templates/it.yaml\\n'
            printf 'apiVersion: v1\\nkind: A\\nmetadata: {name: a}\\narguments:\\n'
            for it in "$@"; do printf -- '- "%%s"\\n' "$(printf %%s "$it" | tr '"' "'")"; done
            printf 'garbage: "%%s"\\n' "$GOGC $GOMEMLIMIT"
            printf -- 'files:\\n'
            (cd .. && find . -type f | sort | sed 's/.*/- "&"/')
            """;

    @TempDir Path directory;

    final MemoryFolder root =
            new MemoryFolder()
                    .with("app/Chart.yaml", "name: app")
                    .with("app/values.yaml", "a: 1")
                    .with("app/values-prod.yaml", "a: 2")
                    .with("app/README.md", "How to")
                    .with("app/templates/it.yaml", "a: {{ .Values.a }}")
                    .with("other/Chart.yaml", "name: other");

    /// What charts that others depend on were looked for.
    final List<String> resolved = new ArrayList<>();

    /// Addresses of repositories by the names that Secrets give them.
    final Map<String, String> named = new HashMap<>();

    /// Files of other servers.
    final MemoryRemotes remotes = new MemoryRemotes();

    FetchDemand fetch = FetchDemand.ANY;
    private HelmRenderer renderer;

    @BeforeEach
    void installHelm() throws IOException {
        var helm = directory.resolve("helm");
        Files.writeString(helm, SCRIPT.formatted());
        Files.setPosixFilePermissions(helm, PosixFilePermissions.fromString("rwx------"));
        var jail = new Jail(Settings.of().jail(), List.of());
        var folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        var tools = new Tools(Map.of("helm", helm), "", jail, folders);
        renderer =
                new HelmRenderer(
                        tools,
                        jail,
                        folders,
                        new ChartDependencies(this::artefact),
                        remotes.remotes());
    }

    private Artefact artefact(
            String url, String chart, GitCredential credential, boolean passCredentials) {
        return new Artefact() {
            @Override
            public String resolve(String targetRevision, FetchDemand fetch) {
                resolved.add(url + " " + chart + " " + targetRevision);
                return targetRevision;
            }

            @Override
            public Folder folder(String version, String path) {
                return new MemoryFolder().with("Chart.yaml", "name: " + chart);
            }
        };
    }

    static Build build(String kubeVersion, String... apiVersions) {
        return new Build("shop", "default", "web", kubeVersion, List.of(apiVersions));
    }

    Rendering plan(String options, Build build) {
        return plan(options, build, "0".repeat(40));
    }

    Rendering plan(String options, String revision) {
        return plan(options, build("v1.35.2", "v1"), revision);
    }

    private Rendering plan(String options, Build build, String revision) {
        Map<String, Object> helm = new Yaml().load(options);
        var source =
                Source.read(
                        "spec.source",
                        Map.of("repoURL", "https://h/r", "path", "app", "helm", helm));
        var access = Accesses.named(name -> Optional.ofNullable(named.get(name)));
        var request =
                new RenderRequest(
                        source,
                        revision,
                        root,
                        root.folder("app").orElseThrow(),
                        build,
                        access,
                        fetch);
        return renderer.plan(request, (Source.Helm) source.options().orElseThrow());
    }

    static List<String> arguments(Rendering rendering) {
        var arguments = rendering.render().get().manifests().getFirst().object().get("arguments");
        return ((List<?>) arguments).stream().map(String::valueOf).toList();
    }
}
