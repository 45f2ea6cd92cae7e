package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveIndexTest {

    private final LiveIndex index = new LiveIndex();

    @Test
    void a_resource_is_found_by_its_application_until_it_joins_another() {
        index.put(key("a"), held("shop"));
        assertThat(index.tracked("shop")).containsExactly(key("a"));

        index.put(key("a"), held("other"));

        assertThat(index.tracked("shop")).isEmpty();
        assertThat(index.tracked("other")).containsExactly(key("a"));
        index.remove(key("a"));
        assertThat(index.tracked("other")).isEmpty();
        assertThat(index.find(key("a"))).isNull();
        assertThat(index.namespace("shop")).isEmpty();
    }

    @Test
    void what_is_owned_leads_up_to_the_applications_however_far() {
        index.put(key("root"), held("shop"));
        index.put(key("middle"), other(key("root")));
        index.put(key("leaf"), other(key("middle")));

        assertThat(index.applications(List.of(key("leaf")))).containsExactly("shop");
        assertThat(index.owned(key("root"))).containsExactly(key("middle"));
        assertThat(index.owned(key("middle"))).containsExactly(key("leaf"));
    }

    @Test
    void an_owner_may_come_after_what_it_owns_and_go_before_it() {
        index.put(key("leaf"), other(key("root")));
        assertThat(index.applications(List.of(key("root")))).isEmpty();

        index.put(key("root"), held("shop"));
        assertThat(index.applications(List.of(key("root")))).containsExactly("shop");

        index.remove(key("root"));
        assertThat(index.applications(List.of(key("root")))).isEmpty();
        assertThat(index.owned(key("root"))).containsExactly(key("leaf"));
    }

    @Test
    void owners_in_a_circle_belong_to_nobody_or_to_whom_one_of_them_does() {
        index.put(key("a"), other(key("c")));
        index.put(key("b"), other(key("a")));
        index.put(key("c"), other(key("b"), key("d")));
        index.put(key("self"), other(key("self")));

        assertThat(index.applications(List.of(key("a")))).isEmpty();
        assertThat(index.applications(List.of(key("self")))).isEmpty();

        index.put(key("d"), held("shop"));
        assertThat(index.applications(List.of(key("a")))).containsExactly("shop");
    }

    @Test
    void who_changes_its_owner_is_found_below_the_new_one_only() {
        index.put(key("leaf"), other(key("one")));

        index.put(key("leaf"), other(key("two")));

        assertThat(index.owned(key("one"))).isEmpty();
        assertThat(index.owned(key("two"))).containsExactly(key("leaf"));
        index.remove(key("leaf"));
        assertThat(index.owned(key("two"))).isEmpty();
    }

    @Test
    void an_owner_may_have_very_many() {
        var leaves = IntStream.range(0, 100_000).mapToObj(n -> key("leaf-" + n)).toList();
        leaves.forEach(leaf -> index.put(leaf, other(key("root"))));

        assertThat(Set.copyOf(index.owned(key("root")))).isEqualTo(Set.copyOf(leaves));

        leaves.stream().skip(1).forEach(index::remove);
        assertThat(index.owned(key("root"))).containsExactly(leaves.getFirst());
        index.remove(leaves.getFirst());
        assertThat(index.owned(key("root"))).isEmpty();
    }

    @Test
    void a_change_of_an_application_has_a_number_of_its_own() {
        index.put(key("a"), held("shop"));
        index.put(key("b"), held("other"));
        index.touch("shop");
        long first = index.lastChange("shop");

        index.touch("other");
        assertThat(index.lastChange("shop")).isEqualTo(first);

        index.touch("shop");
        assertThat(index.lastChange("shop")).isNotEqualTo(first);
        index.remove(key("a"));
        assertThat(index.lastChange("shop")).isEqualTo(index.lastChange("unknown"));
    }

    @Test
    void no_two_indexes_give_the_same_number() {
        var another = new LiveIndex();
        for (var it : List.of(index, another)) {
            it.put(key("a"), held("shop"));
            it.touch("shop");
        }

        assertThat(index.lastChange("shop")).isNotEqualTo(another.lastChange("shop"));
        assertThat(index.lastChange("none")).isNotEqualTo(another.lastChange("none"));
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("", "ConfigMap", "shop", name);
    }

    private static KnownResource held(String application) {
        return new KnownResource.Held(PackedObject.of(Map.of()), application, List.of(), 1);
    }

    private static KnownResource other(ResourceKey... owners) {
        return new KnownResource.Other(List.of(owners), 1);
    }
}
