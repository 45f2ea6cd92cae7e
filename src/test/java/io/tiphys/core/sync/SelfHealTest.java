package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncPolicy.Automated;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Reason;
import io.tiphys.core.sync.SyncDecision.Sync;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.SyncDecision.Wait;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When what somebody changed in the cluster is put back.
class SelfHealTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final ResourceKey WEB = new ResourceKey("apps", "Deployment", "shop", "web");
    private static final ResourceKey MAP = new ResourceKey("", "ConfigMap", "shop", "settings");
    private static final Drift REPLICAS = new Drift(WEB, "spec.replicas", "scaler");
    private static final Drift UNNAMED = new Drift(WEB, "spec.replicas", "");

    @Test
    void a_drift_names_the_field() {
        assertThat(Drift.of(comparison(managed(5, manager("scaler", "10:01:00", "f:replicas")))))
                .containsExactly(UNNAMED);
    }

    @Test
    void who_owns_the_field_set_it() {
        var scaled =
                managed(
                        5,
                        manager("argocd-controller", "10:02:00", "f:replicas"),
                        manager("kubectl-edit", "10:03:00", "f:paused"),
                        manager("scaler", "10:01:00", "f:replicas"));

        assertThat(UNNAMED.of(LiveResource.of(scaled))).isEqualTo(REPLICAS);
    }

    @Test
    void of_two_who_own_a_field_the_newer_set_it() {
        var scaled =
                managed(
                        5,
                        manager("scaler", "10:02:00", "f:replicas"),
                        manager("earlier", "10:01:00", "f:replicas"));

        assertThat(UNNAMED.of(LiveResource.of(scaled))).isEqualTo(REPLICAS);
    }

    @Test
    void a_field_that_nobody_owns_was_set_by_nobody_known() {
        var other = managed(5, manager("other", "10:01:00", "f:paused"));

        assertThat(UNNAMED.of(LiveResource.of(other))).isEqualTo(UNNAMED);
        assertThat(UNNAMED.of(LiveResource.of(managed(5)))).isEqualTo(UNNAMED);
    }

    @Test
    void names_of_fields_may_have_dots_and_lists_are_owned_as_a_whole() {
        var live =
                Json.with(
                        managed(5),
                        List.of(
                                Map.of(
                                        "manager",
                                        "kubectl-label",
                                        "fieldsV1",
                                        Map.of(
                                                "f:metadata",
                                                Map.of(
                                                        "f:labels",
                                                        Map.of("f:example.com/a.b", Map.of())))),
                                Map.of(
                                        "manager",
                                        "kubectl-set",
                                        "fieldsV1",
                                        Map.of("f:spec", Map.of("f:containers", Map.of())))),
                        "metadata",
                        "managedFields");

        assertThat(manager("metadata.labels.example.com/a.b", live)).isEqualTo("kubectl-label");
        assertThat(manager("metadata.labels.example.com/a", live)).isEmpty();
        assertThat(manager("spec.containers[web.1].image", live)).isEqualTo("kubectl-set");
    }

    private static String manager(String field, Map<String, Object> live) {
        return new Drift(WEB, field, "").of(LiveResource.of(live)).manager();
    }

    @Test
    void what_is_gone_is_a_drift_and_what_git_dropped_is_none() {
        var comparison =
                new World().target(deployment(1)).extra("old").live(deployment(1)).compare();

        assertThat(Drift.of(comparison)).isEmpty();
        assertThat(Drift.of(new World().target(deployment(1)).extra("old").compare()))
                .containsExactly(new Drift(WEB, "", ""));
    }

    @Test
    void drifts_are_bounded() {
        var world = new World();
        for (int i = 0; i < 5_000; i++) {
            world.missing("m" + i);
        }

        assertThat(Drift.of(world.compare())).hasSize(64);
    }

    /// Who it is with, heals lately, seconds since the last, seconds to wait (0: now). Before it is
    /// known who it is with there were five more.
    @ParameterizedTest
    @CsvSource({
        "scaler, 1, 0, 0",
        "scaler, 4, 0, 0",
        "scaler, 5, 0, 2",
        "scaler, 5, 1, 1",
        "scaler, 5, 2, 0",
        "scaler, 6, 0, 4",
        "scaler, 9, 30, 2",
        "scaler, 27, 0, 300",
        "scaler, 27, 300, 0",
        "'', 6, 0, 0",
        "'', 9, 0, 0",
        "'', 10, 0, 2"
    })
    void a_fight_over_a_field_backs_off(String manager, int heals, long since, long wait) {
        var drift = new Drift(WEB, "spec.replicas", manager);
        var repeated = new Drift.Repeated(drift, heals, NOW.minusSeconds(since));

        var decision = decide(comparison(managed(5)), List.of(repeated), Optional.empty(), 0);

        if (wait == 0) {
            assertThat(decision).isInstanceOf(Sync.class);
        } else {
            assertThat(decision)
                    .isEqualTo(
                            new Wait(
                                    Reason.BACKING_OFF,
                                    Duration.ofSeconds(wait),
                                    List.of(
                                            new Warning(
                                                    "SelfHealWarning",
                                                    "Deployment shop/web: spec.replicas is set"
                                                            + " otherwise again and again%s: it is"
                                                                    .formatted(
                                                                            manager.isEmpty()
                                                                                    ? ""
                                                                                    : " by "
                                                                                            + manager)
                                                            + " healed less often"))));
        }
    }

    @Test
    void a_fight_holds_up_nothing_else() {
        var comparison =
                new World().target(deployment(1)).live(managed(5)).missing("settings").compare();
        var fight = new Drift.Repeated(REPLICAS, 12, NOW);

        assertThat(decide(comparison, List.of(fight), Optional.empty(), 0))
                .isEqualTo(
                        new Sync(
                                List.of("new"),
                                true,
                                Trigger.SELF_HEAL,
                                "self-heal",
                                List.of(MAP)));
    }

    @Test
    void who_deletes_again_and_again_is_not_named() {
        var fight = new Drift.Repeated(new Drift(WEB, "", ""), 12, NOW);

        assertThat(
                        decide(
                                new World().target(deployment(1)).compare(),
                                List.of(fight),
                                Optional.empty(),
                                0))
                .isInstanceOfSatisfying(
                        Wait.class,
                        wait ->
                                assertThat(wait.conditions())
                                        .extracting(Warning::message)
                                        .containsExactly(
                                                "Deployment shop/web is deleted again and again:"
                                                        + " it is healed less often"));
    }

    /// Heals before at this revision, seconds since the last, seconds to wait (0: now).
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 0, 2", "1, 2, 0", "2, 1, 5", "3, 0, 18", "9, 0, 300", "60, 0, 300"})
    void a_delay_that_is_asked_for_is_argo_cds(long heals, long since, long wait) {
        var delay = new HealDelay(Duration.ZERO, Duration.ofSeconds(2), 3, Duration.ofSeconds(300));

        assertThat(
                        decide(
                                comparison(managed(5)),
                                List.of(),
                                Optional.of(delay),
                                heals,
                                NOW.minusSeconds(since)))
                .isEqualTo(
                        wait == 0
                                ? new Sync(
                                        List.of("new"),
                                        true,
                                        Trigger.SELF_HEAL,
                                        "self-heal",
                                        List.of(WEB))
                                : new Wait(
                                        Reason.BACKING_OFF, Duration.ofSeconds(wait), List.of()));
    }

    @Test
    void heals_of_a_revision_are_counted_as_argo_cd_does() {
        var application = application(2, NOW);
        var heal = new Sync(List.of("new"), true, Trigger.SELF_HEAL, "self-heal", List.of(WEB));
        var change = new Sync(List.of("newer"), true, Trigger.NEW_REVISION, "new revision");

        assertThat(count(OperationState.begin(application, heal, NOW))).isEqualTo(3);
        assertThat(count(OperationState.begin(application, change, NOW))).isZero();
    }

    private static long count(OperationState operation) {
        return Json.number(operation.operation(), 0, "sync", "autoHealAttemptsCount");
    }

    private static SyncDecision decide(
            Comparison comparison,
            List<Drift.Repeated> repeated,
            Optional<HealDelay> delay,
            long heals) {
        return decide(comparison, repeated, delay, heals, NOW);
    }

    private static SyncDecision decide(
            Comparison comparison,
            List<Drift.Repeated> repeated,
            Optional<HealDelay> delay,
            long heals,
            Instant healed) {
        return AutoSync.decide(
                application(heals, healed),
                comparison,
                List.of("new"),
                new AutoSync.Heals(repeated, delay),
                NOW);
    }

    private static Application application(long heals, Instant healed) {
        return Samples.application(
                new Automated(true, true, false),
                new Application.Status(
                        List.of(),
                        Optional.of(new LastOperation("Succeeded", List.of("new"), List.of(), "")),
                        Map.of(
                                "operationState",
                                Map.of(
                                        "phase", "Succeeded",
                                        "startedAt", "2026-01-01T11:00:00Z",
                                        "finishedAt", healed.toString(),
                                        "operation",
                                                Map.of(
                                                        "sync",
                                                        Map.of("autoHealAttemptsCount", heals)),
                                        "syncResult", Map.of("revision", "new")))),
                Optional.empty(),
                10);
    }

    private static Comparison comparison(Map<String, Object> live) {
        return new World().target(deployment(1)).live(live).compare();
    }

    private static Map<String, Object> deployment(long replicas) {
        return Json.with(
                object("apps/v1", "Deployment", "web"), Map.of("replicas", replicas), "spec");
    }

    @SafeVarargs
    private static Map<String, Object> managed(long replicas, Map<String, Object>... managers) {
        return Json.with(
                deployment(replicas),
                Stream.of(managers).map(Object.class::cast).toList(),
                "metadata",
                "managedFields");
    }

    private static Map<String, Object> manager(String name, String time, String field) {
        return Map.of(
                "manager",
                name,
                "operation",
                "Update",
                "time",
                "2026-01-01T" + time + "Z",
                "fieldsV1",
                Map.of("f:spec", Map.of(field, Map.of())));
    }
}
