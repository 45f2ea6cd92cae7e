package io.tiphys.repo;

import io.tiphys.core.model.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a folder renders to.
///
/// @param bytes about how much memory the manifests take
/// @param varies whether the same inputs are known to have rendered to something else as well
public record Rendered(List<Manifest> manifests, long bytes, boolean varies) {

    /// What an object takes beside what is in it, text included.
    private static final int OBJECT = 48;

    /// A [java.util.LinkedHashMap] and its table, and each entry.
    private static final int MAP = 160;

    private static final int ENTRY = 40;

    /// As it grows, a table is up to three times as long as what is in it.
    private static final int TABLE_ENTRY = 11;

    private static final int SMALL_MAP = 12;

    /// An [java.util.ArrayList] of up to ten; then it grows by half.
    private static final int LIST = 80;

    private static final int ITEM = 6;

    public static Rendered of(List<Manifest> manifests) {
        return of(manifests, false);
    }

    public static Rendered of(List<Manifest> manifests, boolean varies) {
        return new Rendered(
                List.copyOf(manifests),
                OBJECT + manifests.stream().mapToLong(it -> OBJECT + bytes(it.object())).sum(),
                varies);
    }

    /// This, rendered from the same inputs as another was.
    Rendered varyingFrom(Rendered earlier) {
        boolean differs = earlier.varies || !earlier.manifests.equals(manifests);
        return new Rendered(manifests, bytes, differs);
    }

    private static long bytes(@Nullable Object node) {
        return switch (node) {
            case null -> 0;
            case String text -> OBJECT + text.length() * (isLatin(text) ? 1L : 2L);
            case Map<?, ?> map -> {
                long bytes = MAP + Math.max(0, map.size() - SMALL_MAP) * (long) TABLE_ENTRY;
                for (var entry : map.entrySet()) {
                    bytes += ENTRY + bytes(entry.getKey()) + bytes(entry.getValue());
                }
                yield bytes;
            }
            case List<?> list -> {
                long bytes = LIST + list.size() * (long) ITEM;
                for (var item : list) {
                    bytes += bytes(item);
                }
                yield bytes;
            }
            default -> OBJECT / 2;
        };
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 255) {
                return false;
            }
        }
        return true;
    }
}
