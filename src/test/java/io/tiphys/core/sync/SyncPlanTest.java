package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.annotated;
import static io.tiphys.core.sync.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.SyncPlan.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncPlanTest {

    @Test
    void kinds_are_applied_in_the_order_in_which_others_need_them() {
        var world =
                new World()
                        .target(object("example.org/v1", "Widget", "w"))
                        .target(object("apps/v1", "Deployment", "d"))
                        .target(object("v1", "Service", "s"))
                        .target(object("v1", "Namespace", "n"))
                        .target(object("v1", "ConfigMap", "c"))
                        .target(object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "x"));

        assertThat(steps(world, false))
                .containsExactly(
                        List.of("apply n"),
                        List.of("apply c"),
                        List.of("apply x"),
                        List.of("apply s"),
                        List.of("apply d"),
                        List.of("apply w"));
    }

    @Test
    void resources_of_one_kind_are_applied_side_by_side() {
        assertThat(steps(new World().missing("a").missing("b"), false))
                .containsExactly(List.of("apply a", "apply b"));
    }

    @Test
    void a_wave_is_through_before_the_next_whatever_the_kinds() {
        var world =
                new World()
                        .target(inWave("Service", "late", "5"))
                        .target(inWave("Deployment", "early", "-1"))
                        .target(inWave("Deployment", "middle", "0"))
                        .missing("none");

        assertThat(steps(world, false))
                .containsExactly(
                        List.of("apply early"),
                        List.of("apply none"),
                        List.of("apply middle"),
                        List.of("apply late"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1.5", "99999999999", "0x1"})
    void a_wave_that_is_no_number_counts_as_none(String wave) {
        var world =
                new World()
                        .target(inWave("ConfigMap", "garbage", wave))
                        .target(inWave("ConfigMap", "before", " -1 "))
                        .target(inWave("ConfigMap", "after", "1"));

        assertThat(steps(world, false))
                .containsExactly(
                        List.of("apply before"), List.of("apply garbage"), List.of("apply after"));
    }

    @Test
    void prunes_come_before_the_applies_in_the_reverse_order() {
        var world =
                new World()
                        .missing("new")
                        .live(object("v1", "Namespace", "n"))
                        .live(object("apps/v1", "Deployment", "d"))
                        .live(object("v1", "Service", "s"));

        assertThat(steps(world, true))
                .containsExactly(
                        List.of("prune d"),
                        List.of("prune s"),
                        List.of("prune n"),
                        List.of("apply new"));
    }

    @Test
    void only_what_is_out_of_sync_is_written() {
        assertThat(steps(new World().inSync("same").missing("new"), true))
                .containsExactly(List.of("apply new"));
    }

    @Test
    void without_pruning_what_git_dropped_is_kept() {
        var plan = plan(new World().extra("old"), false);

        assertThat(plan.waves()).isEmpty();
        assertThat(plan.kept()).extracting(live -> live.key().name()).containsExactly("old");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Prune=false",
                "Replace=true,Prune=false",
                " Replace=true , Prune=false ",
                "Prune=false,Prune=false",
                "a,,,Prune=false,,",
            })
    void a_resource_may_ask_to_be_kept(String options) {
        var kept = annotated(object("v1", "Secret", "s"), Annotations.SYNC_OPTIONS, options);

        var plan = plan(new World().live(kept), true);

        assertThat(plan.waves()).isEmpty();
        assertThat(plan.kept()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "Prune=true", "NoPrune=false", "Prune=falsey", "x,x"})
    void other_options_do_not_keep_it(String options) {
        var extra = annotated(object("v1", "Secret", "s"), Annotations.SYNC_OPTIONS, options);

        assertThat(steps(new World().live(extra), true)).containsExactly(List.of("prune s"));
    }

    @Test
    void what_is_being_deleted_is_not_deleted_again() {
        var going =
                Json.with(
                        object("v1", "ConfigMap", "c"),
                        "2026-01-01T00:00:00Z",
                        "metadata",
                        "deletionTimestamp");

        assertThat(steps(new World().live(going), true)).isEmpty();
    }

    private static Map<String, Object> inWave(String kind, String name, String wave) {
        return annotated(object("v1", kind, name), Annotations.SYNC_WAVE, wave);
    }

    private static SyncPlan plan(World world, boolean prune) {
        var comparison = world.compare();
        var application = Samples.application(new SyncPolicy.Manual());
        return SyncPlan.of(
                comparison,
                new SyncPlan.Beside(List.of(), Optional.empty(), Optional.empty()),
                "shop",
                new SyncOptions(Set.of()),
                Optional.empty(),
                Samples.begun(application, comparison, prune, Trigger.NEW_REVISION));
    }

    private static List<List<String>> steps(World world, boolean prune) {
        return plan(world, prune).waves().stream()
                .flatMap(wave -> wave.groups().stream())
                .map(step -> step.stream().map(SyncPlanTest::text).toList())
                .toList();
    }

    private static String text(Task task) {
        return switch (task) {
            case Task.Apply apply -> "apply " + apply.key().name();
            case Task.Prune prune -> "prune " + prune.key().name();
            case Task.RunHook hook -> "run " + hook.key().name();
        };
    }
}
