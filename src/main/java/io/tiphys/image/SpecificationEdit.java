package io.tiphys.image;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.FileEdit.Change;
import io.tiphys.core.image.ImageParameters;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TakenBack.By;
import io.tiphys.core.image.TakenBack.Naming;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Folder;
import io.tiphys.repo.Repositories;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Writes an image's new tag into the parameters of an Application's source.
@Singleton
class SpecificationEdit {

    private final ApplicationStore store;
    private final Repositories repositories;
    private final Credentials credentials;

    SpecificationEdit(ApplicationStore store, Repositories repositories, Credentials credentials) {
        this.store = store;
        this.repositories = repositories;
        this.credentials = credentials;
    }

    /// @return what was written; empty if the parameters stay as they are, or the Application is
    ///     gone
    /// @throws RefusedEditException if the source has no parameters for images
    Optional<Change> write(ApplicationId id, TrackedImage image, FileEdit.Choice choice) {
        return store.onNewest(id, () -> writeNewest(id, image, choice))
                .orElseThrow(
                        () ->
                                new RefusedEditException(
                                        "the Application changes faster than it can be written"));
    }

    private Optional<Change> writeNewest(
            ApplicationId id, TrackedImage image, FileEdit.Choice choice) {
        // Gather
        if (!(store.find(id).orElse(null) instanceof Entry.Valid entry)) {
            return Optional.empty();
        }
        var application = entry.application();
        var source = application.sources().written();
        var files = files(application, source);
        var type = Declared.type(files, source.path(), application, image);

        // Decide
        var said = said(source.tree(), type, image);
        var before =
                said.equals(NamedTag.NONE)
                        ? Declared.in(files, source.path(), application, image)
                        : said;
        var past = past(application, source, type, image);
        var retag = choice.in("", () -> past).apply(before);
        if (retag.isEmpty()) {
            return Optional.empty();
        }
        var tree = with(source, type, image, retag.get(), before.digest().isPresent());
        if (tree.equals(source.tree())) {
            return Optional.empty();
        }

        // Act
        store.patchSeen(entry, Map.of("spec", spec(application, source, tree)));
        return Optional.of(
                new Change(before.toString(), retag.get().suffix(before.digest().isPresent())));
    }

    /// Those of the source's repository where it is Git's; none of a chart.
    private EditedFiles files(Application application, Source source) {
        if (!source.isGit()) {
            return new EditedFiles(NoFiles.INSTANCE);
        }
        var use = new Use(source.repoUrl(), application.project());
        var repository = repositories.of(source.repoUrl(), credentials.reading(use));
        Folder root =
                repository.folder(repository.resolve(source.revision(), FetchDemand.NEWEST), "");
        return new EditedFiles(root);
    }

    /// What parameters said when the Application was deployed; by whom they were written, nobody
    /// knows.
    static List<Naming> past(
            Application application, Source source, Source.Type type, TrackedImage image) {
        int index = application.sources().all().indexOf(source);
        var deployed =
                Json.array(application.status().tree(), "history").reversed().stream()
                        .map(
                                it -> {
                                    var sources = Json.array(it, "sources");
                                    return index < sources.size()
                                            ? Json.object(sources.get(index))
                                            : Json.object(it, "source");
                                });
        return Stream.concat(Stream.of(source.tree()), deployed)
                .map(it -> new Naming(Set.of(said(it, type, image)), By.UNKNOWN))
                .toList();
    }

    private static NamedTag said(Map<String, Object> source, Source.Type type, TrackedImage image) {
        if (type != Source.Type.KUSTOMIZE) {
            var parameters = new LinkedHashMap<String, String>();
            for (var it : Json.array(source, list(type))) {
                parameters.put(Json.string(it, "name"), Json.string(it, "value"));
            }
            return ImageParameters.current(parameters, image);
        }
        return Json.array(source, "kustomize", "images").stream()
                .map(String::valueOf)
                .filter(it -> ImageParameters.isOf(it, image))
                .map(ImageParameters::tag)
                .findFirst()
                .orElse(NamedTag.NONE);
    }

    private static Map<String, Object> with(
            Source source, Source.Type type, TrackedImage image, Retag retag, boolean pinned) {
        if (type != Source.Type.KUSTOMIZE) {
            var parameters = new ArrayList<>(Json.array(source.tree(), list(type)));
            Map<String, Object> more =
                    type == Source.Type.HELM ? Map.of("forceString", true) : Map.of();
            ImageParameters.of(image, retag, pinned)
                    .forEach((name, value) -> set(parameters, name, value, more));
            return Json.with(source.tree(), parameters, list(type));
        }
        var images = new ArrayList<>(Json.array(source.tree(), "kustomize", "images"));
        var value = ImageParameters.kustomize(image, retag, pinned);
        int index = 0;
        while (index < images.size()
                && !ImageParameters.isOf(String.valueOf(images.get(index)), image)) {
            index++;
        }
        if (index < images.size()) {
            images.set(index, value);
        } else {
            images.add(value);
        }
        return Json.with(source.tree(), images, "kustomize", "images");
    }

    /// Where a source has parameters by name: Helm's, or what a plugin is told.
    private static String[] list(Source.Type type) {
        return type == Source.Type.HELM
                ? new String[] {"helm", "parameters"}
                : new String[] {"plugin", "env"};
    }

    /// @param more of one that is new
    private static void set(
            List<Object> parameters, String name, String value, Map<String, Object> more) {
        for (int i = 0; i < parameters.size(); i++) {
            var parameter = Json.object(parameters.get(i));
            if (name.equals(parameter.get("name"))) {
                parameters.set(i, Json.with(parameter, value, "value"));
                return;
            }
        }
        var parameter = new LinkedHashMap<String, Object>(more);
        parameter.put("name", name);
        parameter.put("value", value);
        parameters.add(parameter);
    }

    /// A list is written whole.
    private static Map<String, Object> spec(
            Application application, Source source, Map<String, Object> tree) {
        var sources = application.sources();
        if (!sources.listed()) {
            return Map.of("source", tree);
        }
        var all = new ArrayList<Object>(sources.trees());
        all.set(sources.all().indexOf(source), tree);
        return Map.of("sources", all);
    }
}
