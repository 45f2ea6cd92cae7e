package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.SyncPlan.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Syncs that nobody would write, from seeds, on a cluster that delays, reorders and fails, by a
/// service that is killed between any two steps.
class SyncPropertyTest {

    private static final int WORLDS = 5_000;
    private static final int RUNS = 400;

    /// What is to be there, what is, and all that happens.
    private static final class World {

        private final Random random;
        private final FakeCluster cluster = new FakeCluster();
        private final List<Manifest> target = new ArrayList<>();
        private final OperationRuns runs;
        private final TreeSet<Integer> begun = new TreeSet<>();

        World(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                var manifest = resource("r" + i, random.nextInt(4) - 1, Map.of());
                target.add(manifest);
                if (random.nextInt(3) == 0) {
                    live(manifest);
                }
            }
            for (int i = 0; i < random.nextInt(5); i++) {
                var hook = hook("h" + i);
                target.add(hook);
                if (random.nextInt(3) == 0) {
                    live(hook);
                }
            }
            for (int i = 0; i < random.nextInt(4); i++) {
                live(resource("old" + i, random.nextInt(4) - 1, Map.of()));
            }
            runs =
                    new OperationRuns(
                            cluster,
                            target,
                            random.nextInt(4) == 0 ? Set.of("PruneLast=true") : Set.of(),
                            Trigger.NEW_REVISION,
                            true,
                            Map.of(),
                            Map.of(),
                            Optional.empty());
            runs.watcher = this::check;
        }

        private Manifest resource(String name, int wave, Map<String, Object> annotations) {
            var kinds = List.of("ConfigMap", "Deployment", "Job");
            var kind = kinds.get(random.nextInt(kinds.size()));
            var all = new LinkedHashMap<String, Object>(annotations);
            all.put(Annotations.SYNC_WAVE, "" + wave);
            var metadata = new LinkedHashMap<String, Object>();
            metadata.put("name", name);
            metadata.put("namespace", "shop");
            metadata.put("annotations", all);
            if (name.startsWith("old") && random.nextBoolean()) {
                metadata.put("finalizers", List.of("x.org/held"));
            }
            return Samples.manifest(kind, metadata);
        }

        private Manifest hook(String name) {
            var phases = new TreeSet<String>();
            for (int i = 0; i <= random.nextInt(2); i++) {
                phases.add(SyncPhase.values()[random.nextInt(4)].wire());
            }
            var policies = List.of("", "HookSucceeded", "HookFailed", "BeforeHookCreation");
            return resource(
                    name,
                    random.nextInt(3) - 1,
                    Map.of(
                            Annotations.HOOK,
                            String.join(",", phases),
                            Annotations.HOOK_DELETE_POLICY,
                            policies.get(random.nextInt(4))
                                    + ",BeforeHookCreation".repeat(random.nextInt(2))));
        }

        private void live(Manifest manifest) {
            var differs = Json.with(manifest.object(), random.nextInt(2), "spec", "version");
            cluster.put(
                    new TrackingId(OperationRuns.APPLICATION, manifest.key())
                            .stamp(new Manifest(differs, ""))
                            .object());
        }

        /// A write must not be of what the target holds if it deletes, nor come before its time.
        private void check(Task task) {
            if (task instanceof Task.Prune) {
                assertThat(target).extracting(Manifest::key).doesNotContain(task.key());
                return;
            }
            var manifest = target.stream().filter(it -> it.key().equals(task.key())).findFirst();
            int place = place(task.phase(), manifest.orElseThrow());
            if (task.phase() != SyncPhase.SYNC_FAIL && begun.add(place)) {
                // What came before that was through when that began.
                int last = Optional.ofNullable(begun.lower(place)).orElse(Integer.MIN_VALUE);
                target.forEach(it -> checkSettled(last, place, it));
            }
        }

        private static int place(SyncPhase phase, Manifest manifest) {
            return 100 * phase.ordinal()
                    + Integer.parseInt(manifest.annotations().get(Annotations.SYNC_WAVE));
        }

        private void checkSettled(int from, int to, Manifest earlier) {
            var hook = Hook.of(earlier.annotations());
            var live = Optional.ofNullable(cluster.live().get(earlier.key()));
            int place = place(SyncPhase.SYNC, earlier);
            if (hook.isEmpty() && place >= from && place < to) {
                assertThat(live).as("%s is there", earlier.key()).isPresent();
                assertThat(
                                live.flatMap(it -> Samples.ASSESSOR.assess(it, Instant.EPOCH))
                                        .map(Health::status))
                        .as("%s is healthy", earlier.key())
                        .isIn(Optional.empty(), Optional.of(Health.Status.HEALTHY));
            }
            for (var phase : hook.map(Hook::phases).orElse(Set.of())) {
                if (phase != SyncPhase.SYNC_FAIL && place(phase, earlier) < to) {
                    assertThat(endedWell(earlier.key(), phase, live))
                            .as("%s has ended its %s", earlier.key(), phase)
                            .isTrue();
                }
            }
        }

        private boolean endedWell(ResourceKey hook, SyncPhase phase, Optional<LiveResource> live) {
            boolean noted =
                    runs.state().stream()
                            .flatMap(it -> it.results().stream())
                            .filter(it -> it.key().equals(hook) && it.phase() == phase)
                            .anyMatch(
                                    it ->
                                            it.progress()
                                                    .equals(Optional.of(OperationPhase.SUCCEEDED)));
            return noted
                    || live.filter(
                                    it ->
                                            HookRuns.progress(
                                                            it,
                                                            Samples.observed(
                                                                    Map.of(), Instant.EPOCH))
                                                    == OperationPhase.SUCCEEDED)
                            .isPresent();
        }

        /// One run, which may be cut short, and something that happens.
        void step() {
            runs.killedAfter = random.nextInt(3) == 0 ? random.nextInt(8) : Integer.MAX_VALUE;
            try {
                runs.run();
            } catch (OperationRuns.Killed killed) {
                assertThat(killed).isNotNull();
            }
            var all = List.copyOf(cluster.live().values());
            if (!all.isEmpty()) {
                happen(all.get(random.nextInt(all.size())));
            }
        }

        private void happen(LiveResource resource) {
            var name = FakeCluster.name(resource.key());
            int chance = random.nextInt(20);
            if (resource.beingDeleted() && !resource.isKeptForItsResult()) {
                cluster.happens(name, "gone");
            } else if (chance == 0) {
                cluster.happens(name, "deleted");
            } else if (resource.key().kind().equals("Deployment")) {
                cluster.happens(name, chance == 1 ? "degraded" : "healthy");
            } else if (resource.key().kind().equals("Job")) {
                cluster.happens(name, chance == 1 ? "failed" : "complete");
            }
        }

        void endsOnceAllIsWell() {
            runs.killedAfter = Integer.MAX_VALUE;
            for (int i = 0; i < RUNS && !isOver(); i++) {
                runs.run();
                cluster.turnsOutWell();
            }
            assertThat(isOver()).as("it ends").isTrue();
            runs.run();
        }

        boolean isOver() {
            return runs.state().filter(it -> it.phase().isOver()).isPresent();
        }

        void checkHooksWereMadeOnce() {
            cluster.made.forEach(
                    (name, times) -> {
                        if (!name.endsWith(" ")) {
                            assertThat(times).as(name).isEqualTo(1);
                        }
                    });
        }
    }

    @Test
    void a_wave_never_begins_early_and_no_hook_runs_twice_and_every_sync_ends() {
        var ends = new EnumMap<OperationPhase, Integer>(OperationPhase.class);
        Seeds.each(
                WORLDS,
                seed -> {
                    var world = new World(seed);
                    for (int i = 0; i < 25 && !world.isOver(); i++) {
                        world.step();
                    }
                    world.endsOnceAllIsWell();
                    world.checkHooksWereMadeOnce();
                    checkEnd(world);
                    ends.merge(world.runs.state().orElseThrow().phase(), 1, Integer::sum);
                });
        if (Seeds.areAll()) {
            assertThat(ends.get(OperationPhase.SUCCEEDED)).isGreaterThan(WORLDS / 4);
            assertThat(ends.get(OperationPhase.FAILED)).isGreaterThan(WORLDS / 16);
        }
    }

    /// Nothing holds a hook any more, and none runs that nobody waits for.
    private static void checkEnd(World world) {
        var state = world.runs.state().orElseThrow();
        for (var live : world.cluster.live().values()) {
            assertThat(live.isKeptForItsResult()).as("%s is held", live.key()).isFalse();
            var policies = Hook.of(live.annotations()).map(Hook::policies).orElse(Set.of());
            boolean ofIt =
                    live.annotations()
                            .getOrDefault(Annotations.HOOK_RUN, "")
                            .startsWith(state.startedAt() + "/");
            if (ofIt && state.phase() == OperationPhase.SUCCEEDED && !live.beingDeleted()) {
                assertThat(policies).doesNotContain(Hook.DeletePolicy.HOOK_SUCCEEDED);
            }
        }
        if (state.phase() == OperationPhase.SUCCEEDED) {
            assertThat(state.results()).noneMatch(ResourceResult::isFailure);
        }
    }

    @Test
    void a_service_killed_after_any_step_does_in_the_end_what_it_would_have_done() {
        for (long seed = 0; seed < 100; seed++) {
            var whole = new World(seed);
            whole.endsOnceAllIsWell();
            int writes = whole.cluster.made.size();
            for (int kill = 0; kill < 2 * writes + 6; kill++) {
                // Given
                var world = new World(seed);
                world.runs.killedAfter = kill;

                // When
                try {
                    for (int i = 0; i < RUNS && !world.isOver(); i++) {
                        world.runs.run();
                        world.cluster.turnsOutWell();
                    }
                } catch (OperationRuns.Killed killed) {
                    world.cluster.turnsOutWell();
                }
                world.endsOnceAllIsWell();

                // Then
                var as = "seed %d, killed after %d".formatted(seed, kill);
                assertThat(world.runs.state().map(OperationState::phase))
                        .as(as)
                        .isEqualTo(whole.runs.state().map(OperationState::phase));
                assertThat(world.cluster.made).as(as).isEqualTo(whole.cluster.made);
                assertThat(world.cluster.live().keySet())
                        .as(as)
                        .isEqualTo(whole.cluster.live().keySet());
                assertThat(outOfSync(world)).as(as).isEqualTo(outOfSync(whole));
            }
        }
    }

    private static List<ResourceKey> outOfSync(World world) {
        var resources = OperationRuns.prepared(world.target);
        return Comparison.of(resources.manifests(), world.cluster.live()).resources().stream()
                .filter(it -> it.status() == SyncStatus.OUT_OF_SYNC)
                .map(Comparison.Resource::key)
                .toList();
    }
}
