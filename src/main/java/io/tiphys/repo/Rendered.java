package io.tiphys.repo;

import io.tiphys.core.model.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a folder renders to.
///
/// @param bytes about how much memory the manifests take
public record Rendered(List<Manifest> manifests, long bytes) {

    /// What an object takes beside what is in it, and an entry of a map or list.
    private static final int OBJECT = 48;

    private static final int ENTRY = 48;

    public static Rendered of(List<Manifest> manifests) {
        return new Rendered(
                List.copyOf(manifests),
                OBJECT + manifests.stream().mapToLong(it -> OBJECT + bytes(it.object())).sum());
    }

    private static long bytes(@Nullable Object node) {
        return switch (node) {
            case null -> 0;
            case String text -> OBJECT + text.length();
            case Map<?, ?> map -> {
                long bytes = OBJECT;
                for (var entry : map.entrySet()) {
                    bytes += ENTRY + bytes(entry.getKey()) + bytes(entry.getValue());
                }
                yield bytes;
            }
            case List<?> list -> {
                long bytes = OBJECT;
                for (var item : list) {
                    bytes += ENTRY / 4 + bytes(item);
                }
                yield bytes;
            }
            default -> OBJECT / 2;
        };
    }
}
