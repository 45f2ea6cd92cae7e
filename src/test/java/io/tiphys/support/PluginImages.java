package io.tiphys.support;

import io.tiphys.core.image.ImageUpdaterReader;
import io.tiphys.core.image.RegistryNames;
import io.tiphys.core.image.TrackedImage;
import java.util.List;
import java.util.Map;

/// Images of which a config management plugin is told: only an ImageUpdater can say so.
public final class PluginImages {

    private PluginImages() {}

    /// One with the alias `app`.
    ///
    /// @param variables as `manifestTargets.plugin` has them
    public static TrackedImage image(String name, Map<String, String> variables) {
        var image =
                Map.of(
                        "alias",
                        "app",
                        "imageName",
                        name,
                        "manifestTargets",
                        Map.of("plugin", variables));
        var reference = Map.of("namePattern", "*", "images", List.of(image));
        return ImageUpdaterReader.read(
                        Map.of(
                                "metadata",
                                Map.of("namespace", "argocd", "name", "one"),
                                "spec",
                                Map.of("applicationRefs", List.of(reference))),
                        RegistryNames.USUAL)
                .references()
                .getFirst()
                .list()
                .orElseThrow()
                .images()
                .getFirst();
    }
}
