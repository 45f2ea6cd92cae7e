package io.tiphys.core.image;

import java.util.Map;

/// Where images are that are named without all of where they are.
///
/// @param usual the registry of an image that names none
/// @param folders what stands before the name of an image that names no folder of its registry, by
///     the registries that have such
public record RegistryNames(String usual, Map<String, String> folders) {

    /// As container runtimes have it.
    public static final RegistryNames USUAL = new RegistryNames(ImageName.DOCKER_HUB, Map.of());

    public RegistryNames {
        folders = Map.copyOf(folders);
    }

    /// @param name as container runtimes read what was written
    /// @param spelled as it was written, without a tag
    ImageName locate(ImageName name, String spelled) {
        var located =
                usual.equals(ImageName.DOCKER_HUB) || ImageName.namesRegistry(spelled)
                        ? name
                        : new ImageName(usual, spelled, name.tag(), name.digest());
        var folder = folders.get(located.registry());
        return folder == null || located.repository().contains("/")
                ? located
                : new ImageName(
                        located.registry(),
                        folder + "/" + located.repository(),
                        located.tag(),
                        located.digest());
    }
}
