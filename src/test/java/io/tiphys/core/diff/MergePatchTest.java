package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergePatchTest {

    @Test
    void what_is_equal_needs_no_patch() {
        assertThat(MergePatch.between(Map.of("a", Map.of("b", 1)), Map.of("a", Map.of("b", 1L))))
                .isEmpty();
        assertThat(MergePatch.between(Map.of("a", List.of(1, 2)), Map.of("a", List.of(1L, 2L))))
                .isEmpty();
    }

    @Test
    void only_what_changed_is_in_the_patch() {
        var before = Map.<String, Object>of("a", Map.of("b", 1, "c", 2), "d", 3);
        var after = Map.<String, Object>of("a", Map.of("b", 1, "c", 5), "d", 3);

        assertThat(MergePatch.between(before, after)).isEqualTo(Map.of("a", Map.of("c", 5)));
    }

    @Test
    void what_is_gone_becomes_null() {
        assertThat(MergePatch.between(Map.of("a", 1, "b", 2), Map.of("b", 2)))
                .hasSize(1)
                .containsEntry("a", null);
    }

    @Test
    void a_list_is_replaced_as_a_whole() {
        assertThat(MergePatch.between(Map.of("a", List.of(1, 2)), Map.of("a", List.of(2, 1))))
                .isEqualTo(Map.of("a", List.of(2, 1)));
    }

    @Test
    void applying_the_patch_leads_from_one_to_the_other() {
        var random = new Random(3);
        for (int round = 0; round < 5_000; round++) {
            var before = tree(random, 4);
            var after = random.nextBoolean() ? tree(random, 4) : mutated(before, random);

            var patch = MergePatch.between(before, after);

            assertThat(applied(before, patch)).as("%s → %s", before, patch).isEqualTo(after);
            assertThat(patch.isEmpty()).isEqualTo(before.equals(after));
        }
    }

    /// RFC 7386, section 2.
    private static Object applied(Object target, Object patch) {
        if (!(patch instanceof Map<?, ?>)) {
            return patch;
        }
        var result = new LinkedHashMap<>(Json.object(target));
        Json.object(patch)
                .forEach(
                        (name, value) -> {
                            if (value == null) {
                                result.remove(name);
                            } else {
                                result.put(name, applied(result.get(name), value));
                            }
                        });
        return result;
    }

    private static Map<String, Object> mutated(Map<String, Object> tree, Random random) {
        var copy = new LinkedHashMap<>(tree);
        var name = "f" + random.nextInt(4);
        switch (random.nextInt(3)) {
            case 0 -> copy.remove(name);
            case 1 -> copy.put(name, value(random, 3));
            default -> {
                if (copy.get(name) instanceof Map<?, ?>) {
                    copy.put(name, mutated(Json.object(copy.get(name)), random));
                }
            }
        }
        return copy;
    }

    private static Map<String, Object> tree(Random random, int depth) {
        var tree = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tree.put("f" + random.nextInt(4), value(random, depth - 1));
        }
        return tree;
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextBoolean();
            case 2 -> "t" + random.nextInt(3);
            case 3 -> tree(random, depth);
            default -> List.of(value(random, depth - 1), value(random, depth - 1));
        };
    }
}
