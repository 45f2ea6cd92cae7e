package io.tiphys.core.image;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.Application;
import java.util.ArrayList;
import java.util.List;

/// Decides which write-backs a pushed image asks for, from what Applications say in their
/// annotations. Whether the tag is newer than what Git holds is decided where Git is read.
public final class ImageUpdates {

    private static final String METHOD = ImageList.PREFIX + "write-back-method";
    private static final String TARGET = ImageList.PREFIX + "write-back-target";

    private ImageUpdates() {}

    /// @param candidates at least the Applications that track the image
    public static List<WriteBack> of(
            ImageEvent.Pushed push, java.util.Collection<Application> candidates) {
        var requests = new ArrayList<WriteBack>();
        for (var application : candidates) {
            if (unsupported(application).isEmpty()) {
                for (var image : ImageList.parse(application.annotations()).images()) {
                    if (image.tracks(push.repository()) && mayMatch(image, push.tag())) {
                        requests.add(request(push, application, image));
                    }
                }
            }
        }
        return requests;
    }

    /// What keeps an Application's images from being updated, in words for its author. Empty if
    /// nothing does, or if it tracks no image.
    public static List<String> problems(Application application) {
        var annotations = application.annotations();
        if (!annotations.containsKey(ImageList.IMAGE_LIST)) {
            return List.of();
        }
        var problems = new ArrayList<>(unsupported(application));
        ImageList.parse(annotations)
                .problems()
                .forEach(
                        problem ->
                                problems.add(
                                        "Image list entry '%s': %s"
                                                .formatted(problem.entry(), problem.message())));
        return problems;
    }

    private static List<String> unsupported(Application application) {
        var annotations = application.annotations();
        var problems = new ArrayList<String>();
        if (!application.sources().written().isGit()) {
            problems.add(
                    "Images are not updated: the source is a chart or an artefact, and updates are"
                            + " written to Git");
        }
        var method = annotations.getOrDefault(METHOD, "argocd");
        if (!method.equals("git")) {
            problems.add(
                    "Images are not updated: write-back-method '%s' is not supported yet, only 'git'"
                            .formatted(method));
        }
        var target = annotations.getOrDefault(TARGET, "");
        if (!target.equals("manifests")) {
            problems.add(
                    "Images are not updated: write-back-target '%s' is not supported yet, only 'manifests'"
                            .formatted(target));
        }
        return problems;
    }

    private static boolean mayMatch(TrackedImage image, String tag) {
        return UpdateDecision.decide(image, java.util.Optional.empty(), tag)
                instanceof UpdateDecision.Update;
    }

    private static WriteBack request(
            ImageEvent.Pushed push, Application application, TrackedImage image) {
        var source = application.sources().written();
        return new WriteBack(
                application.id(),
                source.repoUrl(),
                source.targetRevision(),
                source.path(),
                image.alias().orElse(""),
                push.repository(),
                push.tag(),
                push.digest(),
                push.id());
    }
}
