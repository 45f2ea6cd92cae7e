package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.TakenBack;
import io.tiphys.core.model.Source;
import io.tiphys.store.crd.ApplicationReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecificationEditTest {

    @Test
    void parameters_that_were_deployed_with_a_newer_tag_went_back() {
        assertThat(takenBack("1.4", "1.4", "1.5", "1.4")).containsExactly("1.5");
        assertThat(takenBack("1.4", "1.5")).containsExactly("1.5");
        assertThat(takenBack("1.4", "1.5", "1.6", "1.4")).containsExactly("1.6");
        assertThat(takenBack("1.5", "1.4", "1.3")).isEmpty();
        assertThat(takenBack("1.6", "1.4", "1.5", "1.4")).isEmpty();
        assertThat(takenBack("1.4")).isEmpty();
    }

    /// @param deployed oldest first, as the status has them
    private static List<String> takenBack(String now, String... deployed) {
        var application =
                ApplicationReader.read(
                        Map.of(
                                "metadata",
                                Map.of("namespace", "argocd", "name", "app"),
                                "spec",
                                Map.of(
                                        "source",
                                        source(now),
                                        "destination",
                                        Map.of("server", "https://kubernetes.default.svc")),
                                "status",
                                Map.of(
                                        "history",
                                        Arrays.stream(deployed)
                                                .map(it -> Map.of("source", source(it)))
                                                .toList())));
        var image =
                ImageList.parse(Map.of(ImageList.IMAGE_LIST, "web=registry.local/web"))
                        .images()
                        .getFirst();
        var past =
                SpecificationEdit.past(
                        application, application.sources().written(), Source.Type.HELM, image);
        return TakenBack.of(image, past, "").stream().map(it -> it.tag().toString()).toList();
    }

    private static Map<String, Object> source(String tag) {
        return Map.of(
                "repoURL",
                "https://h/charts",
                "chart",
                "app",
                "targetRevision",
                "1.0.0",
                "helm",
                Map.of("parameters", List.of(Map.of("name", "image.tag", "value", tag))));
    }
}
