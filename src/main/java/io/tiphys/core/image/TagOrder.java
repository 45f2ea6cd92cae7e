package io.tiphys.core.image;

/// In what order a registry lists the tags of an image.
public enum TagOrder {
    NONE,
    NEWEST_FIRST,
    NEWEST_LAST
}
