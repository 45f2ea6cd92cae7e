package io.tiphys.core.image;

import java.util.Optional;

/// A container's `image:` value found in a file. The line counts from one; an obstacle says why the
/// value cannot be edited in place.
public record ImageOccurrence(String path, int line, ImageName image, Optional<String> obstacle) {}
