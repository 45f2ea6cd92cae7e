package io.tiphys.core.image;

import com.google.re2j.Pattern;

/// What an image runs on, such as `linux/arm64/v8`.
///
/// @param variant empty if there is none
public record Platform(String os, String architecture, String variant) {

    private static final Pattern FORM =
            Pattern.compile("([a-z0-9]+)/([a-z0-9_]+)(?:/([a-z0-9.]+))?");

    /// @throws InvalidTagFilterException if it is none
    static Platform parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new InvalidTagFilterException(
                    "platforms holds '%s', which is not of the form os/architecture[/variant]"
                            .formatted(text));
        }
        var variant = parts.group(3);
        return new Platform(parts.group(1), parts.group(2), variant == null ? "" : variant);
    }

    /// Whether an image for another platform is one for this. The variant of `arm64` is `v8`,
    /// whether it is named or not.
    boolean runs(Platform other) {
        return os.equals(other.os)
                && architecture.equals(other.architecture)
                && plainVariant().equals(other.plainVariant());
    }

    private String plainVariant() {
        return architecture.equals("arm64") && variant.equals("v8") ? "" : variant;
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
