package io.tiphys.dev.sandbox.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An object as it rests: its bytes, and what is asked of it too often to parse them each time.
///
/// @param leaving whether it is marked for deletion
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them, or writes the bytes
public record Stored(
        Key key,
        long revision,
        String uid,
        String apiVersion,
        Map<String, String> labels,
        List<String> ownerUids,
        boolean leaving,
        byte[] json) {

    public static Stored of(Key key, long revision, ObjectNode object) {
        var metadata = object.path("metadata");
        var labels = new HashMap<String, String>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        var owners = new ArrayList<String>();
        metadata.path("ownerReferences").forEach(owner -> owners.add(Json.text(owner, "uid")));
        return new Stored(
                key,
                revision,
                Json.text(metadata, "uid"),
                Json.text(object, "apiVersion"),
                Map.copyOf(labels),
                List.copyOf(owners),
                metadata.path("deletionTimestamp").isTextual(),
                Json.bytes(object));
    }

    /// The same under another revision.
    public Stored at(long revision) {
        var tree = tree();
        Json.child(tree, "metadata").put("resourceVersion", Long.toString(revision));
        return of(key, revision, tree);
    }

    /// A tree of the reader's own.
    public ObjectNode tree() {
        return Json.own(json);
    }
}
