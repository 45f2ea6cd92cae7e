package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void a_resource_as_declared_is_in_sync() {
        var comparison = Comparison.of(List.of(target("a", "1")), live(object("a", "1")));

        assertThat(comparison.status()).isEqualTo(SyncStatus.SYNCED);
        assertThat(comparison.outOfSync()).isEmpty();
        assertThat(comparison.resources()).hasSize(1);
    }

    @Test
    void a_resource_that_differs_says_where() {
        var comparison = Comparison.of(List.of(target("a", "2")), live(object("a", "1")));

        assertThat(comparison.status()).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(comparison.outOfSync().getFirst().differences()).containsExactly("data.value");
    }

    @Test
    void a_missing_resource_is_out_of_sync_and_not_to_be_pruned() {
        var missing = Comparison.of(List.of(target("a", "1")), Map.of()).resources().getFirst();

        assertThat(missing.status()).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(missing.live()).isEmpty();
        assertThat(missing.requiresPruning()).isFalse();
    }

    @Test
    void an_extra_resource_requires_pruning() {
        var extra = Comparison.of(List.of(), live(object("a", "1"))).resources().getFirst();

        assertThat(extra.status()).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(extra.requiresPruning()).isTrue();
    }

    @Test
    void an_extra_resource_may_ask_to_be_ignored() {
        var comparison =
                Comparison.of(
                        List.of(),
                        live(
                                annotated(
                                        "a",
                                        Annotations.COMPARE_OPTIONS,
                                        "ServerSideDiff=true,IgnoreExtraneous")));

        assertThat(comparison.status()).isEqualTo(SyncStatus.SYNCED);
        assertThat(comparison.resources()).hasSize(1);
    }

    @Test
    void what_hooks_left_behind_is_no_extra_resource() {
        var comparison =
                Comparison.of(
                        List.of(),
                        live(
                                annotated("a", Annotations.HOOK, "PreSync"),
                                annotated("b", Annotations.HELM_HOOK, "pre-install")));

        assertThat(comparison.resources()).isEmpty();
    }

    @Test
    void the_first_of_two_declarations_of_one_resource_counts_once() {
        var comparison =
                Comparison.of(List.of(target("a", "1"), target("a", "2")), live(object("a", "1")));

        assertThat(comparison.resources()).hasSize(1);
        assertThat(comparison.status()).isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void resources_stand_in_the_order_of_their_keys() {
        var comparison =
                Comparison.of(List.of(target("c", "1"), target("a", "1")), live(object("b", "1")));

        assertThat(comparison.resources())
                .extracting(resource -> resource.key().name())
                .containsExactly("a", "b", "c");
    }

    @Test
    void of_what_is_declared_and_lives_differences_may_be_taken_back() {
        var comparison =
                Comparison.of(
                        List.of(target("same", "1"), target("spelt", "2"), target("missing", "1")),
                        live(object("same", "1"), object("spelt", "1"), object("extra", "1")));
        var asked = new ArrayList<String>();

        var confirmed =
                comparison.confirmed(
                        resource -> {
                            asked.add(resource.key().name());
                            return List.of();
                        });

        assertThat(asked).containsExactly("same", "spelt");
        assertThat(confirmed.outOfSync())
                .extracting(resource -> resource.key().name())
                .containsExactly("extra", "missing");
        assertThat(comparison.confirmed(Comparison.Resource::differences)).isEqualTo(comparison);
    }

    @Test
    void what_is_as_it_was_stays_as_it_was_found_when_the_rest_is_compared_again() {
        // Given
        var target =
                List.of(
                        target("same", "1"),
                        target("spelt", "2"),
                        target("written", "2"),
                        target("spoilt", "1"),
                        target("deleted", "1"));
        var before =
                Comparison.of(
                                target,
                                live(
                                        object("same", "1"),
                                        object("spelt", "1"),
                                        object("written", "1"),
                                        object("spoilt", "1"),
                                        object("deleted", "1")))
                        .confirmed(
                                it ->
                                        it.key().name().equals("spelt")
                                                ? List.of()
                                                : it.differences());

        // When
        var again =
                before.again(
                        target,
                        live(
                                object("same", "1"),
                                object("spelt", "1"),
                                object("written", "2"),
                                object("spoilt", "2"),
                                object("new", "1")),
                        ComparisonRules.NONE);

        // Then
        assertThat(again.outOfSync())
                .extracting(resource -> resource.key().name())
                .containsExactly("deleted", "new", "spoilt");
        assertThat(again.resources()).hasSize(6);
    }

    @Test
    void what_is_declared_otherwise_is_compared_again() {
        var live = live(object("a", "1"));
        var before = Comparison.of(List.of(target("a", "1")), live);

        var again = before.again(List.of(target("a", "2")), live, ComparisonRules.NONE);

        assertThat(again.status()).isEqualTo(SyncStatus.OUT_OF_SYNC);
    }

    private static Manifest target(String name, String value) {
        return new Manifest(object(name, value), "");
    }

    private static Map<String, Object> object(String name, String value) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Map.of("name", name, "namespace", "shop"),
                "data",
                Map.of("value", value));
    }

    private static Map<String, Object> annotated(String name, String annotation, String value) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Map.of(
                        "name",
                        name,
                        "namespace",
                        "shop",
                        "annotations",
                        Map.of(annotation, value)));
    }

    @SafeVarargs
    private static Map<ResourceKey, LiveResource> live(Map<String, Object>... objects) {
        return Arrays.stream(objects)
                .map(LiveResource::of)
                .collect(Collectors.toMap(LiveResource::key, Function.identity()));
    }
}
