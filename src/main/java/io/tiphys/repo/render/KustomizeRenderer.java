package io.tiphys.repo.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;

/// Renders a kustomization: `kustomize build` of the source's path, over the files that it names
/// and no other.
@Singleton
class KustomizeRenderer {

    /// Overlays whose files are remembered.
    private static final int MAX_KNOWN = 10_000;

    private static final String ORIGIN = "kustomize build";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Tools tools;
    private final Jail jail;
    private final WorkingFolders folders;
    private final Map<Asked, Known> known =
            new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Asked, Known> eldest) {
                    return size() > MAX_KNOWN;
                }
            };

    /// What is to be built, but for the files.
    private record Asked(String repoUrl, String path, Source.Kustomize options, Tool tool) {}

    /// What it came to, as long as the grounds are the same.
    private record Known(SortedMap<String, String> grounds, String inputs) {

        boolean holds(Folder root) {
            var places = new Places(root);
            return grounds.entrySet().stream()
                    .allMatch(it -> places.idAt(it.getKey()).equals(it.getValue()));
        }
    }

    /// @param file the kustomization that is built
    /// @param edit what it becomes by the Application's options; empty if it stays
    private record Plan(
            KustomizationFiles files, String file, Optional<String> edit, String inputs) {}

    KustomizeRenderer(Tools tools, Jail jail, WorkingFolders folders) {
        this.tools = tools;
        this.jail = jail;
        this.folders = folders;
    }

    /// @throws ManifestFailure with the reason for the author
    Rendering plan(RenderRequest request, Source.Kustomize options) {
        var tool = tools.kustomize();
        requireVersion(options.version(), tool);
        var asked = asked(request, options, tool);
        var root = request.root();
        var earlier = earlier(asked);
        if (earlier.isPresent() && earlier.get().holds(root)) {
            return rendering(earlier.get().inputs(), () -> render(plan(asked, root), asked));
        }
        var plan = plan(asked, root);
        plan.files().grounds().ifPresent(it -> remember(asked, new Known(it, plan.inputs())));
        return rendering(plan.inputs(), () -> render(plan, asked));
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
        var path = KustomizationFiles.place("", source.path());
        return new Asked(
                source.repoUrl(),
                path.orElseThrow(
                        () -> new ManifestFailure("spec.source.path leaves the repository")),
                KustomizationEdit.substituted(
                        options, it -> BuildVariables.of(request).substituted(it)),
                tool);
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

    private static Rendering rendering(String inputs, Supplier<Rendered> render) {
        return new Rendering(Source.Type.KUSTOMIZE, inputs, render);
    }

    private static Plan plan(Asked asked, Folder root) {
        var files = new KustomizationFiles(root);
        var start = files.start(asked.path());
        var edited =
                KustomizationEdit.of(start, asked.options(), it -> files.exists(asked.path(), it));
        files.addAll(asked.path(), edited);
        var edit = edited.equals(start) ? Optional.<String>empty() : Optional.of(json(edited));
        var inputs =
                Inputs.of(
                        "kustomize",
                        asked.tool().version(),
                        // It stands in messages.
                        asked.path(),
                        files.files().ids(),
                        edit.orElse(""));
        return new Plan(files, start.file(), edit, inputs);
    }

    /// JSON is YAML, and leaves no doubt about what is text.
    private static String json(Kustomization kustomization) {
        try {
            return JSON.writeValueAsString(kustomization.tree());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A kustomization is no JSON", impossible);
        }
    }

    private Rendered render(Plan plan, Asked asked) {
        try (var folder = folders.open()) {
            plan.files().files().writeTo(folder);
            plan.edit().ifPresent(it -> write(folder.files().resolve(plan.file()), it));
            var run = new Run(asked.tool(), folder, "./" + asked.path());
            var output = jail.run(run.with(Tools.SHORT_LIVED));
            var manifests = new ArrayList<Manifest>();
            for (var document : ManifestYaml.documents(ORIGIN, output)) {
                Manifests.add(document, ORIGIN, manifests);
            }
            return Rendered.of(manifests);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException full) {
            throw new UncheckedIOException("A working folder cannot be written", full);
        }
    }
}
