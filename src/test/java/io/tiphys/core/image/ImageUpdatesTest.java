package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.model.Application;
import io.tiphys.store.crd.ApplicationReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageUpdatesTest {

    private static final ImageEvent.Pushed PUSH =
            new ImageEvent.Pushed(
                    "1", "registry.example/shop", "1.1.0", "sha256:1", "", "", "distribution");

    @Test
    void an_image_of_a_git_repository_is_updated_there() {
        var application = application(Map.of("repoURL", "https://h/r", "path", "web"));

        assertThat(ImageUpdates.of(PUSH, application, list(application))).hasSize(1);
        assertThat(ImageUpdates.problems(application, list(application))).isEmpty();
    }

    @Test
    void an_image_of_a_chart_is_not_updated_and_its_author_is_told() {
        var application = application(Map.of("repoURL", "https://h/charts", "chart", "web"));

        assertThat(ImageUpdates.of(PUSH, application, list(application))).isEmpty();
        assertThat(ImageUpdates.problems(application, list(application)))
                .containsExactly(
                        "Images are not updated: the source is a chart or an artefact, and updates"
                                + " are written to Git: name a git-repository, or write-back-method"
                                + " argocd");
    }

    private static ImageList list(Application application) {
        return ImageList.parse(application.annotations());
    }

    private static Application application(Map<String, Object> source) {
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of(
                                "namespace",
                                "argocd",
                                "name",
                                "shop",
                                "annotations",
                                Map.of(
                                        ImageList.IMAGE_LIST,
                                        "registry.example/shop:1.x",
                                        ImageList.PREFIX + "write-back-method",
                                        "git",
                                        ImageList.PREFIX + "write-back-target",
                                        "manifests")),
                        "spec",
                        Map.of(
                                "source",
                                source,
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }
}
