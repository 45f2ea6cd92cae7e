package io.tiphys.core.image;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.Application;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Decides which write-backs a pushed image asks for, from what Applications say in their
/// annotations. Whether the tag comes after the one that Git holds is decided where Git is read.
public final class ImageUpdates {

    private ImageUpdates() {}

    /// @param candidates at least the Applications that track the image
    public static List<WriteBack> of(ImageEvent.Pushed push, Collection<Application> candidates) {
        var requests = new ArrayList<WriteBack>();
        for (var application : candidates) {
            var plan = WriteBackPlan.of(application);
            for (var image : ImageList.parse(application.annotations()).images()) {
                if (!(plan instanceof WriteBackPlan.Impossible)
                        && image.tracks(push.repository())
                        && TagChoice.obstacle(image, push.tag()).isEmpty()) {
                    requests.add(request(push, application, plan, image));
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
        var problems = new ArrayList<String>();
        if (WriteBackPlan.of(application) instanceof WriteBackPlan.Impossible(var problem)) {
            problems.add("Images are not updated: " + problem);
        }
        for (var problem : ImageList.parse(annotations).problems()) {
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
