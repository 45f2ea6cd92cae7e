package io.tiphys.core.image;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// How parameters of a source name an image, in an Application and in a file beside the source's.
public final class ImageParameters {

    private ImageParameters() {}

    /// @param parameters of Helm, or variables of a plugin, by name
    public static NamedTag current(Map<String, String> parameters, TrackedImage image) {
        var keys = image.keys();
        if (keys.spec().isPresent()) {
            return Optional.ofNullable(parameters.get(keys.spec().get()))
                    .filter(it -> HelmValues.names(it, image))
                    .map(it -> NamedTag.of(ImageName.parse(it)))
                    .orElse(NamedTag.NONE);
        }
        return Optional.ofNullable(parameters.get(keys.tagKey()))
                .map(NamedTag::parse)
                .orElse(NamedTag.NONE);
    }

    /// Helm's parameters, or a plugin's variables, for a tag, by name.
    public static Map<String, String> of(TrackedImage image, Retag retag, boolean pinned) {
        var keys = image.keys();
        var parameters = new LinkedHashMap<String, String>();
        if (keys.spec().isPresent()) {
            parameters.put(keys.spec().get(), image.spelled() + ":" + retag.suffix(pinned));
        } else {
            parameters.put(keys.nameKey(), image.spelled());
            parameters.put(keys.tagKey(), retag.suffix(pinned));
        }
        return parameters;
    }

    /// Kustomize's image for a tag, such as `name=other/name:tag`.
    public static String kustomize(TrackedImage image, Retag retag, boolean pinned) {
        var name = image.keys() instanceof ImageKeys.Kustomize(var original) ? original + "=" : "";
        return name + image.spelled() + ":" + retag.suffix(pinned);
    }

    /// Whether one of Kustomize's images is about this one.
    public static boolean isOf(String value, TrackedImage image) {
        int equals = value.indexOf('=');
        if (image.keys() instanceof ImageKeys.Kustomize(var original)) {
            return equals >= 0
                    ? value.substring(0, equals).equals(original)
                    : HelmValues.names(value, image);
        }
        return equals < 0 && HelmValues.names(value, image);
    }

    /// What one of Kustomize's images says behind the name.
    public static NamedTag tag(String value) {
        try {
            return NamedTag.of(ImageName.parse(value.substring(value.indexOf('=') + 1)));
        } catch (InvalidImageNameException none) {
            return NamedTag.NONE;
        }
    }
}
