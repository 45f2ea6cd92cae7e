package io.tiphys.core.diff;

import org.jspecify.annotations.Nullable;

/// Where in an object something stands. Written out only where it is needed: most places are looked
/// at and found equal.
///
/// @param name of a field, or what tells an item of a list apart
record Place(@Nullable Place parent, String name, boolean item) {

    static Place field(String name) {
        return new Place(null, name, false);
    }

    Place then(String name) {
        return new Place(this, name, false);
    }

    Place item(@Nullable Object key) {
        return new Place(this, String.valueOf(key), true);
    }

    /// For people: `spec.containers[web].image`.
    @Override
    public String toString() {
        var text = new StringBuilder();
        write(text, true);
        return text.toString();
    }

    /// Without what tells items of lists apart: `spec.containers.image`.
    String names() {
        var text = new StringBuilder();
        write(text, false);
        return text.toString();
    }

    private void write(StringBuilder text, boolean items) {
        if (parent != null) {
            parent.write(text, items);
        }
        if (item) {
            text.append(items ? "[" + name + "]" : "");
        } else {
            text.append(text.isEmpty() ? "" : ".").append(name);
        }
    }
}
