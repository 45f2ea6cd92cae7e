package io.tiphys.core.image;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.Application;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Decides which write-backs a pushed image asks for, from what Applications want kept current.
/// Whether the tag comes after the one that Git holds is decided where Git is read.
public final class ImageUpdates {

    private ImageUpdates() {}

    /// @param list of the Application
    public static List<WriteBack> of(
            ImageEvent.Pushed push, Application application, ImageList list) {
        var plan = WriteBackPlan.of(application, list);
        if (plan instanceof WriteBackPlan.Impossible) {
            return List.of();
        }
        return list.images().stream()
                .filter(image -> image.tracks(push.repository()))
                .filter(image -> TagChoice.obstacle(image, push.tag()).isEmpty())
                .filter(image -> !isPaused(application, image))
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
        if (WriteBackPlan.of(application, list) instanceof WriteBackPlan.Impossible(var problem)) {
            problems.add("Images are not updated: " + problem);
        }
        for (var problem : list.problems()) {
            problems.add("Image list entry '%s': %s".formatted(problem.entry(), problem.message()));
        }
        problems.addAll(Consent.problems(application.annotations(), list.images()));
        withheld(application, list).map(Withheld::message).forEach(problems::add);
        return problems;
    }

    /// Which new tags of its images are not written, as far as what kept them from it still holds.
    public static Stream<Withheld> withheld(Application application, ImageList list) {
        var annotations = application.annotations();
        return Withheld.of(annotations).stream()
                .filter(
                        it ->
                                list.images().stream()
                                        .filter(image -> image.label().equals(it.image()))
                                        .anyMatch(
                                                image -> it.holds(Consent.of(annotations, image))));
    }

    /// Whether nobody is to look for new tags of an image.
    public static boolean isPaused(Application application, TrackedImage image) {
        return Consent.of(application.annotations(), image).mode() == Consent.Mode.PAUSED;
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
                push.id(),
                0);
    }
}
