package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.application.Confirmations.Api;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.diff.ComparisonSettings;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {

    private static final int AT_ONCE = 4;

    private final Confirmations confirmations = new Confirmations(new SideBySide(AT_ONCE));
    private int asked;

    @Test
    void a_difference_that_applying_would_not_mend_is_none() {
        assertThat(status("1", "a", this::applied)).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(status("2", "a", _ -> live("2", "live"))).isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void neither_answer_is_asked_for_twice() {
        for (int round = 0; round < 3; round++) {
            assertThat(status("1", "a", this::applied)).isEqualTo(SyncStatus.OUT_OF_SYNC);
            assertThat(status("2", "a", this::unchanged)).isEqualTo(SyncStatus.SYNCED);
        }
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void many_differences_are_asked_about_side_by_side_up_to_a_bound() {
        var meeting = new CyclicBarrier(AT_ONCE);
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        Function<Manifest, LiveResource> waiting =
                target -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    try {
                        // Alone, nobody gets past it.
                        meeting.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                        throw new IllegalStateException("Nobody else asks", e);
                    } finally {
                        underWay.decrementAndGet();
                    }
                    boolean even = Integer.parseInt(target.key().name()) % 2 == 0;
                    return LiveResource.of(
                            object(Map.of("name", target.key().name()), even ? "live" : "a"));
                };
        var targets = new ArrayList<Manifest>();
        var live = new HashMap<ResourceKey, LiveResource>();
        for (int i = 0; i < 3 * AT_ONCE; i++) {
            var name = String.valueOf(i);
            targets.add(new Manifest(object(Map.of("name", name, "namespace", "n"), "a"), "a"));
            var there = live(name, "1", "live");
            live.put(there.key(), there);
        }

        var confirmed =
                confirmations.confirm(
                        Comparison.of(targets, live), ComparisonRules.NONE, api(waiting), false);

        assertThat(confirmed.outOfSync())
                .allMatch(it -> Integer.parseInt(it.key().name()) % 2 == 1)
                .hasSize(3 * AT_ONCE / 2);
        assertThat(most).hasValue(AT_ONCE);
    }

    @Test
    void a_change_of_target_or_live_object_asks_again() {
        status("1", "a", this::applied);
        status("1", "b", this::applied);
        status("2", "b", this::applied);

        assertThat(asked).isEqualTo(3);
    }

    @Test
    void a_hard_refresh_asks_again() {
        status("1", "a", this::applied);

        var again =
                confirmations
                        .confirm(
                                comparison("1", "a"),
                                ComparisonRules.NONE,
                                api(_ -> live("1", "live")),
                                true)
                        .status();

        assertThat(again).isEqualTo(SyncStatus.SYNCED);
        assertThat(status("1", "a", this::applied)).isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void a_refusal_is_no_answer() {
        Function<Manifest, LiveResource> refusing =
                _ -> {
                    asked++;
                    throw new ApiFailure(503, "away");
                };

        assertThat(status("1", "a", refusing)).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(status("1", "a", refusing)).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void who_asks_for_no_server_side_diff_is_answered_without_the_api_server() {
        var rules = annotated("ServerSideDiff=false");

        var confirmed =
                confirmations.confirm(comparison("1", "a"), rules, api(this::unchanged), true);

        assertThat(confirmed.status()).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(asked).isZero();
    }

    @Test
    void what_webhooks_add_counts_only_if_it_is_asked_for() {
        Function<Manifest, LiveResource> stamping =
                target -> {
                    asked++;
                    return LiveResource.of(Json.with(target.object(), "now", "data", "stamp"));
                };
        var inSync = comparison("1", "live");

        var without =
                confirmations.confirm(
                        inSync, annotated("ServerSideDiff=true"), api(stamping), false);
        assertThat(without.status()).isEqualTo(SyncStatus.SYNCED);
        assertThat(asked).isZero();

        var with =
                confirmations.confirm(
                        inSync, annotated("IncludeMutationWebhook=true"), api(stamping), false);
        assertThat(with.outOfSync())
                .singleElement()
                .satisfies(it -> assertThat(it.differences()).contains("data.stamp"));
        assertThat(asked).isOne();
    }

    @Test
    void what_webhooks_add_is_no_confirmation_of_another_difference() {
        Function<Manifest, LiveResource> stamping =
                _ -> LiveResource.of(Json.with(live("1", "live").object(), "now", "data", "stamp"));

        assertThat(status("1", "spelt otherwise", stamping)).isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void what_may_differ_may_do_so_in_the_api_servers_answer_too() {
        var rules =
                ComparisonRules.of(
                        ignoring(
                                Map.of(
                                        "kind",
                                        "ConfigMap",
                                        "jsonPointers",
                                        List.of("/data/stamp"))),
                        ComparisonSettings.read(Map.of()));
        var comparison = comparison("1", "a");
        Function<Manifest, LiveResource> stamping =
                _ -> LiveResource.of(Json.with(live("1", "live").object(), "now", "data", "stamp"));

        assertThat(confirmations.confirm(comparison, rules, api(stamping), false).status())
                .isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void what_managers_own_is_looked_up_once_where_rules_name_managers() {
        var rules =
                ComparisonRules.of(
                        ignoring(
                                Map.of(
                                        "kind",
                                        "ConfigMap",
                                        "managedFieldsManagers",
                                        List.of("kubectl-edit"))),
                        ComparisonSettings.read(Map.of()));
        UnaryOperator<LiveResource> whole =
                live -> {
                    asked++;
                    return LiveResource.of(
                            Json.with(
                                    live.object(),
                                    List.of(
                                            Map.of(
                                                    "manager",
                                                    "kubectl-edit",
                                                    "fieldsV1",
                                                    Map.of("f:data", Map.of("f:value", Map.of())))),
                                    "metadata",
                                    "managedFields"));
                };
        var api = new Api(this::applied, whole);

        for (int round = 0; round < 3; round++) {
            assertThat(confirmations.confirm(comparison("1", "a"), rules, api, false).status())
                    .isEqualTo(SyncStatus.SYNCED);
        }
        assertThat(asked).isOne();

        assertThat(
                        confirmations
                                .confirm(comparison("1", "a"), ComparisonRules.NONE, api, false)
                                .status())
                .as("answers are those of other rules")
                .isEqualTo(SyncStatus.OUT_OF_SYNC);
    }

    @Test
    void answers_are_those_of_other_settings_too() {
        status("1", "a", this::unchanged);

        confirmations.confirm(
                comparison("1", "a"),
                ComparisonRules.of(
                        Map.of(),
                        ComparisonSettings.read(
                                Map.of(
                                        "resource.compareoptions",
                                        "ignoreResourceStatusField: none"))),
                api(this::unchanged),
                false);

        assertThat(asked).isEqualTo(2);
    }

    private static ComparisonRules annotated(String options) {
        return ComparisonRules.of(
                Map.of(
                        "metadata",
                        Map.of("annotations", Map.of(Annotations.COMPARE_OPTIONS, options))),
                ComparisonSettings.read(Map.of()));
    }

    private static Map<String, Object> ignoring(Map<String, Object> rule) {
        return Map.of("spec", Map.of("ignoreDifferences", List.of(rule)));
    }

    private SyncStatus status(
            String version, String value, Function<Manifest, LiveResource> dryRun) {
        return confirmations
                .confirm(comparison(version, value), ComparisonRules.NONE, api(dryRun), false)
                .status();
    }

    private static Api api(Function<Manifest, LiveResource> dryRun) {
        return new Api(
                dryRun,
                _ -> {
                    throw new IllegalStateException("Nobody asks for managers");
                });
    }

    private LiveResource applied(Manifest target) {
        asked++;
        return LiveResource.of(target.object());
    }

    private LiveResource unchanged(Manifest target) {
        asked++;
        return live("later", "live");
    }

    private static Comparison comparison(String version, String value) {
        var live = live(version, "live");
        return Comparison.of(
                List.of(new Manifest(object(Map.of("name", "a", "namespace", "n"), value), "a")),
                Map.of(live.key(), live));
    }

    private static LiveResource live(String version, String value) {
        return live("a", version, value);
    }

    private static LiveResource live(String name, String version, String value) {
        return LiveResource.of(
                object(
                        Map.of(
                                "name",
                                name,
                                "namespace",
                                "n",
                                "uid",
                                "u of " + name,
                                "resourceVersion",
                                version),
                        value));
    }

    private static Map<String, Object> object(Map<String, Object> metadata, String value) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                metadata,
                "data",
                Map.of("value", value));
    }
}
