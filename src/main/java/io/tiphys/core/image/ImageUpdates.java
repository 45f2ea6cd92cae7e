package io.tiphys.core.image;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.Application;
import java.util.ArrayList;
import java.util.List;

/// Decides which write-backs a pushed image asks for, from what Applications want kept current.
/// Whether the tag comes after the one that Git holds is decided where Git is read.
public final class ImageUpdates {

    private ImageUpdates() {}

    /// @param list of the Application
    public static List<WriteBack> of(
            ImageEvent.Pushed push, Application application, ImageList list) {
        var plan = WriteBackPlan.of(application, list.writeBack());
        if (plan instanceof WriteBackPlan.Impossible) {
            return List.of();
        }
        return list.images().stream()
                .filter(image -> image.tracks(push.repository()))
                .filter(image -> TagChoice.obstacle(image, push.tag()).isEmpty())
                .map(image -> request(push, application, plan, image))
                .toList();
    }

    /// What keeps an Application's images from being updated, in words for its author. Empty if
    /// nothing does, or if it tracks no image.
    public static List<String> problems(Application application, ImageList list) {
        if (list.images().isEmpty() && list.problems().isEmpty()) {
            return List.of();
        }
        var problems = new ArrayList<String>();
        if (WriteBackPlan.of(application, list.writeBack())
                instanceof WriteBackPlan.Impossible(var problem)) {
            problems.add("Images are not updated: " + problem);
        }
        for (var problem : list.problems()) {
            problems.add("Image list entry '%s': %s".formatted(problem.entry(), problem.message()));
        }
        return problems;
    }

    private static WriteBack request(
            ImageEvent.Pushed push,
            Application application,
            WriteBackPlan plan,
            TrackedImage image) {
        var source = application.sources().written();
        var commit = plan instanceof WriteBackPlan.Commit it ? it : null;
        return new WriteBack(
                application.id(),
                commit == null ? source.repoUrl() : commit.repoUrl(),
                commit == null ? source.targetRevision() : commit.branch(),
                source.path(),
                image.alias().orElse(""),
                push.repository(),
                push.tag(),
                push.digest(),
                push.id());
    }
}
