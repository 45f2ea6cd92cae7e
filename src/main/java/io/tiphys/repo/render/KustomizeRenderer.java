package io.tiphys.repo.render;

import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.KustomizeOptions;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Build;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.Rendering;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Renders a kustomization: `kustomize build` of the source's path, over the files that it names
/// and no other.
@Singleton
class KustomizeRenderer {

    /// Overlays whose files are remembered.
    private static final int MAX_KNOWN = 10_000;

    private static final String ORIGIN = "kustomize build";

    /// So many names of what the cluster offers go into one argument.
    private static final int NAMES_AT_ONCE = 250;

    private final Tools tools;
    private final Jail jail;
    private final WorkingFolders folders;
    private final Remotes remotes;
    private final Map<Asked, Known> known =
            new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Asked, Known> eldest) {
                    return size() > MAX_KNOWN;
                }
            };

    /// What is to be built, but for the files.
    ///
    /// @param told what all Applications' Kustomize is told
    /// @param charts what charts are rendered for
    private record Asked(
            String repoUrl,
            String path,
            Source.Kustomize options,
            Tool tool,
            KustomizeOptions told,
            ForCharts charts) {}

    /// What charts may depend on beside their files. What came out for one Application need not
    /// come out for another: they may leave something to chance.
    private record ForCharts(String application, String kubeVersion, List<String> apiVersions) {}

    /// What it came to, as long as the grounds are the same.
    private record Known(
            SortedMap<String, String> grounds, Map<Elsewhere, String> elsewhere, String inputs) {

        boolean holds(Folder root, Remotes.Of remotes) {
            var places = new Places(root);
            return grounds.entrySet().stream()
                            .allMatch(it -> places.idAt(it.getKey()).equals(it.getValue()))
                    && elsewhere.entrySet().stream()
                            .allMatch(it -> remotes.id(it.getKey()).equals(it.getValue()));
        }
    }

    /// @param helm that charts are rendered with; empty if there are none
    private record Plan(KustomizationFiles files, Optional<Tool> helm, String inputs) {}

    KustomizeRenderer(Tools tools, Jail jail, WorkingFolders folders, Remotes remotes) {
        this.tools = tools;
        this.jail = jail;
        this.folders = folders;
        this.remotes = remotes;
    }

    /// @throws ManifestFailure with the reason for the author
    Rendering plan(RenderRequest request, Source.Kustomize options) {
        var tool = tools.kustomize();
        requireVersion(options.version(), tool);
        var asked = asked(request, options, tool);
        try (var reading = remotes.of(request)) {
            return plan(request, asked, reading);
        }
    }

    private Rendering plan(RenderRequest request, Asked asked, Remotes.Of reading) {
        var root = request.root();
        var earlier = earlier(asked);
        if (earlier.isPresent() && earlier.get().holds(root, reading)) {
            return rendering(
                    asked, earlier.get().inputs(), () -> render(plan(asked, root, reading), asked));
        }
        var plan = plan(asked, root, reading);
        var named = plan.files().named();
        named.grounds()
                .ifPresent(
                        it ->
                                remember(
                                        asked,
                                        new Known(
                                                it, Map.copyOf(named.elsewhere()), plan.inputs())));
        return rendering(asked, plan.inputs(), () -> render(plan, asked));
    }

    private static void requireVersion(String wanted, Tool tool) {
        if (!wanted.isEmpty() && !Set.of(tool.version(), "v" + tool.version()).contains(wanted)) {
            throw new ManifestFailure(
                    "spec.source.kustomize.version: there is no Kustomize %s here, but %s"
                            .formatted(wanted, tool.version()));
        }
    }

    private static Asked asked(RenderRequest request, Source.Kustomize options, Tool tool) {
        var source = request.source();
        var path = NamedFiles.place("", source.path());
        var told = told(request, options);
        return new Asked(
                source.repoUrl(),
                path.orElseThrow(
                        () -> new ManifestFailure("spec.source.path leaves the repository")),
                KustomizationEdit.substituted(
                        options, it -> BuildVariables.of(request).substituted(it)),
                tool,
                told,
                forCharts(request.build(), options, told));
    }

    private static KustomizeOptions told(RenderRequest request, Source.Kustomize options) {
        try {
            return request.build().tools().kustomize(options.version());
        } catch (InvalidSpecException refused) {
            throw new ManifestFailure(String.valueOf(refused.getMessage()));
        }
    }

    /// As Argo CD does, the Application's own come before the destination's. What all are told
    /// comes before both.
    private static ForCharts forCharts(
            Build build, Source.Kustomize options, KustomizeOptions told) {
        if (!told.helm()) {
            return new ForCharts("", "", List.of());
        }
        return new ForCharts(
                build.application(),
                HelmTemplate.kubeVersion(
                        "spec.source.kustomize.",
                        firstOf(told.kubeVersion(), options.kubeVersion(), build.kubeVersion())),
                Stream.of(told.apiVersions(), options.apiVersions(), build.apiVersions())
                        .filter(it -> !it.isEmpty())
                        .findFirst()
                        .orElse(List.of()));
    }

    private static String firstOf(String... texts) {
        return Arrays.stream(texts).filter(it -> !it.isEmpty()).findFirst().orElse("");
    }

    private Optional<Known> earlier(Asked asked) {
        synchronized (known) {
            return Optional.ofNullable(known.get(asked));
        }
    }

    private void remember(Asked asked, Known what) {
        synchronized (known) {
            known.put(asked, what);
        }
    }

    /// Charts may leave something to chance.
    private static Rendering rendering(Asked asked, String inputs, Supplier<Rendered> render) {
        return new Rendering(Source.Type.KUSTOMIZE, inputs, asked.told().helm(), render);
    }

    private Plan plan(Asked asked, Folder root, Remotes.Of reading) {
        var files = new KustomizationFiles(root, reading, asked.told());
        var start = files.start(asked.path());
        var edited =
                KustomizationEdit.of(
                        start, asked.options(), it -> files.named().exists(asked.path(), it));
        files.addAll(asked.path(), start, edited);
        var helm = files.named().hasCharts() ? Optional.of(tools.helm()) : Optional.<Tool>empty();
        var inputs =
                Inputs.of(
                        "kustomize",
                        asked.tool().version(),
                        // It stands in messages.
                        asked.path(),
                        files.ids(),
                        asked.told().order().option(),
                        asked.told().managedByLabel(),
                        helm.map(it -> List.of(it.version(), asked.charts())).orElse(List.of()));
        return new Plan(files, helm, inputs);
    }

    private Rendered render(Plan plan, Asked asked) {
        try (var folder = folders.open()) {
            plan.files().writeTo(folder);
            var arguments = new ArrayList<>(List.of("./" + asked.path()));
            var order = asked.told().order().option();
            if (!order.isEmpty()) {
                arguments.addAll(List.of("--reorder", order));
            }
            if (asked.told().managedByLabel()) {
                arguments.add("--enable-managedby-label");
            }
            if (plan.helm().isPresent()) {
                arguments.addAll(helm(folder, plan.helm().get(), asked.charts()));
            }
            var run = new Run(asked.tool(), folder, arguments.toArray(String[]::new));
            var output = jail.run(run.with(Tools.SHORT_LIVED));
            var manifests = new ArrayList<Manifest>();
            for (var document : ManifestYaml.documents(ORIGIN, output)) {
                Manifests.add(document, ORIGIN, manifests);
            }
            return Rendered.of(manifests);
        }
    }

    private static List<String> helm(WorkingFolder folder, Tool helm, ForCharts charts) {
        var arguments = new ArrayList<>(List.of("--enable-helm", "--helm-command"));
        arguments.add(guarded(folder, helm).toString());
        if (!charts.kubeVersion().isEmpty()) {
            arguments.addAll(List.of("--helm-kube-version", charts.kubeVersion()));
        }
        var names = charts.apiVersions();
        for (int i = 0; i < names.size(); i += NAMES_AT_ONCE) {
            var some = names.subList(i, Math.min(i + NAMES_AT_ONCE, names.size()));
            arguments.addAll(List.of("--helm-api-versions", String.join(",", some)));
        }
        return arguments;
    }

    private static Path guarded(WorkingFolder folder, Tool helm) {
        try {
            var guard = folder.home().resolve("guarded-helm");
            Files.writeString(guard, guard(String.join("\" \"", helm.command())));
            return Files.setPosixFilePermissions(
                    guard, PosixFilePermissions.fromString("r-x------"));
        } catch (IOException full) {
            throw new UncheckedIOException("A working folder cannot be written", full);
        }
    }

    /// Stands between Kustomize and Helm. Kustomize asks for Helm 3, and Helm 4 has its options and
    /// renders its charts. What a repository says must become no option of Helm, and no download.
    private static String guard(String helm) {
        return """
        #!/bin/sh
        # Which Helm this is, and nothing but a rendering.
        case "$1 $2" in
          "version "*) echo v3.0.0; exit 0 ;;
          "template --generate-name" | "template "[!-]*) ;;
          *) echo "helm $1 $2: not for a kustomization" >&2; exit 1 ;;
        esac
        unset HELM_PLUGINS
        for kind in CONFIG CACHE DATA; do export "HELM_${kind}_HOME=$HOME/helm"; done
        exec "%s" "$@"
        """
                .formatted(helm);
    }
}
