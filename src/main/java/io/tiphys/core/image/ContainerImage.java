package io.tiphys.core.image;

/// An occurrence with the value as it reads, and where in the text that stands, without quotes,
/// anchor or tag.
record ContainerImage(ImageOccurrence occurrence, String value, int start, int end) {}
