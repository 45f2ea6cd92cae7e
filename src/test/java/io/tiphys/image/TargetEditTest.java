package io.tiphys.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.core.model.Application;
import io.tiphys.store.crd.ApplicationReader;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.PluginImages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a plugin is told of an image, by a file beside its source.
class TargetEditTest {

    private static final String FILE = "app/.argocd-source-shop.yaml";

    private final EditedFiles files = new EditedFiles(new MemoryFolder());

    @Test
    void the_first_tag_brings_along_what_the_application_tells_its_plugin() {
        var changes =
                edit(
                        "plugin",
                        Map.of(
                                "env",
                                List.of(
                                        Map.of("name", "LEVEL", "value", "info"),
                                        Map.of("name", "TAG", "value", "1.0.0"))));

        assertThat(changes).containsExactly(new FileEdit.Change("1.0.0", "2.0.0"));
        assertThat(new String(files.edited().get(FILE), UTF_8))
                .isEqualTo(
                        """
                        plugin:
                          env:
                          - name: LEVEL
                            value: info
                          - name: TAG
                            value: 2.0.0
                          - name: IMAGE
                            value: registry.local/app
                        """);
    }

    @Test
    void what_no_plugin_renders_is_left_alone() {
        assertThatThrownBy(() -> edit("helm", Map.of("releaseName", "shop")))
                .isInstanceOf(RefusedEditException.class)
                .hasMessage(
                        "manifestTargets.plugin is for sources that a plugin renders, and this one"
                                + " is of type Helm");
        assertThat(files.edited()).isEmpty();
    }

    private List<FileEdit.Change> edit(String tool, Map<String, Object> options) {
        FileEdit.Choice choice = _ -> Optional.of(new Retag("2.0.0", Optional.empty()));
        return new TargetEdit(files, application(tool, options), image(), choice)
                .in(new Target.SourceFile("app", ".argocd-source-shop.yaml"));
    }

    private static TrackedImage image() {
        return PluginImages.image("registry.local/app", Map.of("name", "IMAGE", "tag", "TAG"));
    }

    private static Application application(String tool, Map<String, Object> options) {
        var source = new HashMap<String, Object>(Map.of("repoURL", "https://h/r", "path", "app"));
        source.put(tool, options);
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", "argocd", "name", "shop"),
                        "spec",
                        Map.of(
                                "source",
                                source,
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }
}
