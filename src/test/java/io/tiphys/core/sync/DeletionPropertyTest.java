package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Deletions that nobody would write, from seeds, on a cluster that delays, refuses and is seen
/// late, by a service that is killed between any two steps.
class DeletionPropertyTest {

    private static final int WORLDS = 5_000;
    private static final int RUNS = 400;

    /// What holds the Application, what there is, and all that happens.
    private static final class World {

        private final Random random;
        private final FakeCluster cluster = new FakeCluster();
        private final List<Manifest> hooks = new ArrayList<>();
        private final Set<ResourceKey> staying = new HashSet<>();
        private final Set<ResourceKey> going = new HashSet<>();
        private final Set<String> succeeded = new HashSet<>();
        private final Finalizers finalizers;
        private final DeletionRuns runs;

        World(long seed) {
            random = new Random(seed);
            for (int i = 0; i < random.nextInt(7); i++) {
                resource("r" + i);
            }
            var phases = new TreeSet<SyncPhase>();
            for (int i = 0; i < random.nextInt(4); i++) {
                hook("h" + i, phases);
            }
            var cascade =
                    List.of(
                                    List.of(Finalizers.RESOURCES),
                                    List.of(Finalizers.BACKGROUND),
                                    List.of("x.org/other", Finalizers.FOREGROUND),
                                    List.<String>of())
                            .get(random.nextInt(4));
            finalizers = new Finalizers(cascade).runningHooks(phases);
            runs =
                    new DeletionRuns(
                            cluster,
                            hooks,
                            Map.of("metadata", Map.of("finalizers", finalizers.all())));
            runs.makes = this::checkHook;
            runs.deletes = this::checkDeletion;
        }

        private void resource(String name) {
            var kinds = List.of("ConfigMap", "Deployment", "CustomResourceDefinition");
            var kind = kinds.get(random.nextInt(kinds.size()));
            var options = List.of("", "", "", "Delete=false", "Prune=false").get(random.nextInt(5));
            var manifest =
                    manifest(
                            kind,
                            name,
                            Map.of(
                                    Annotations.SYNC_OPTIONS,
                                    options,
                                    Annotations.SYNC_WAVE,
                                    "" + (random.nextInt(4) - 1)));
            int whose = random.nextInt(5);
            cluster.put(
                    switch (whose) {
                        case 0 -> manifest.object();
                        case 1 -> new TrackingId("other", manifest.key()).stamp(manifest).object();
                        default -> ours(manifest).object();
                    });
            boolean goes =
                    whose > 1
                            && !kind.equals("CustomResourceDefinition")
                            && !options.equals("Delete=false");
            (goes ? going : staying).add(manifest.key());
        }

        private static Manifest ours(Manifest manifest) {
            return new TrackingId(OperationRuns.APPLICATION, manifest.key()).stamp(manifest);
        }

        private void hook(String name, Set<SyncPhase> phases) {
            var names = new TreeSet<String>();
            for (int i = 0; i <= random.nextInt(2); i++) {
                var phase = random.nextBoolean() ? SyncPhase.PRE_DELETE : SyncPhase.POST_DELETE;
                phases.add(phase);
                names.add(phase.wire());
            }
            var annotations = new LinkedHashMap<String, Object>();
            annotations.put(Annotations.HOOK, String.join(",", names));
            annotations.put(Annotations.SYNC_WAVE, "" + random.nextInt(2));
            var policy =
                    List.of("", "HookSucceeded", "HookFailed", "BeforeHookCreation")
                            .get(random.nextInt(4));
            // One that stays and is for both has done its work before, as in Argo CD.
            if (!policy.isEmpty() && names.size() == 1) {
                annotations.put(Annotations.HOOK_DELETE_POLICY, policy);
            }
            hooks.add(manifest("Job", name, annotations));
        }

        private Manifest manifest(String kind, String name, Map<String, Object> annotations) {
            var metadata = new LinkedHashMap<String, Object>();
            metadata.put("name", name);
            metadata.put("namespace", kind.startsWith("Custom") ? "" : "shop");
            metadata.put("annotations", annotations);
            if (!kind.equals("Job") && random.nextInt(3) == 0) {
                metadata.put("finalizers", List.of("x.org/held"));
            }
            return Samples.manifest(kind, metadata);
        }

        private static SyncPhase phase(Manifest hook) {
            var run = hook.annotations().get(Annotations.HOOK_RUN);
            return run.endsWith("PreDelete") ? SyncPhase.PRE_DELETE : SyncPhase.POST_DELETE;
        }

        private static String run(ResourceKey hook, SyncPhase phase) {
            return hook.name() + " " + phase;
        }

        /// None comes before its time, or again after it has done its work.
        private void checkHook(Manifest hook) {
            var phase = phase(hook);
            assertThat(succeeded).as("has run").doesNotContain(run(hook.key(), phase));
            if (phase == SyncPhase.POST_DELETE && finalizers.cascade()) {
                assertThat(cluster.live().keySet()).noneMatch(going::contains);
            }
            checkSucceeded(phase, Waves.wave(hook.annotations()));
            if (phase == SyncPhase.POST_DELETE) {
                checkSucceeded(SyncPhase.PRE_DELETE, Integer.MAX_VALUE);
            }
        }

        private void checkSucceeded(SyncPhase phase, int before) {
            for (var hook : hooks) {
                boolean earlier =
                        Hook.of(hook.annotations()).orElseThrow().phases().contains(phase)
                                && Waves.wave(hook.annotations()) < before;
                if (earlier) {
                    assertThat(succeeded).contains(run(hook.key(), phase));
                }
            }
        }

        /// Only what is to go does, after what is to be done before, and later waves first.
        private void checkDeletion(LiveResource resource) {
            assertThat(staying).doesNotContain(resource.key());
            if (!going.contains(resource.key())) {
                return;
            }
            assertThat(finalizers.cascade()).isTrue();
            checkSucceeded(SyncPhase.PRE_DELETE, Integer.MAX_VALUE);
            assertThat(cluster.live().values())
                    .filteredOn(it -> going.contains(it.key()))
                    .allSatisfy(
                            it ->
                                    assertThat(Waves.wave(it.annotations()))
                                            .isLessThanOrEqualTo(
                                                    Waves.wave(resource.annotations())));
        }

        /// One run, which may be cut short, and something that happens.
        void step() {
            runs.killedAfter = random.nextInt(3) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
            if (random.nextInt(3) == 0) {
                runs.watchIsLate();
            }
            try {
                runs.run();
            } catch (OperationRuns.Killed killed) {
                // A new start lists the cluster.
                runs.watchTells();
            }
            if (random.nextBoolean()) {
                runs.watchTells();
            }
            runs.now = runs.now.plusSeconds(random.nextInt(120));
            cluster.now = runs.now;
            var all = List.copyOf(cluster.live().values());
            if (!all.isEmpty()) {
                happen(all.get(random.nextInt(all.size())));
            }
        }

        private void happen(LiveResource resource) {
            var name = FakeCluster.name(resource.key());
            int chance = random.nextInt(20);
            if (resource.key().kind().equals("Job")) {
                if (chance == 0) {
                    cluster.happens(name, "deleted");
                } else if (chance < 3) {
                    end(resource, "failed");
                } else {
                    end(resource, "complete");
                }
            } else if (resource.beingDeleted()) {
                cluster.happens(name, "gone");
            } else if (chance == 0 && going.contains(resource.key())) {
                cluster.happens(name, "deleted");
            }
        }

        /// A Job ends once.
        private void end(LiveResource job, String how) {
            if (!Json.array(job.object(), "status", "conditions").isEmpty()) {
                return;
            }
            cluster.happens(FakeCluster.name(job.key()), how);
            if (how.equals("complete")) {
                succeeded.add(run(job.key(), phase(new Manifest(job.object(), ""))));
            }
        }

        void endsOnceAllIsWell() {
            runs.killedAfter = Integer.MAX_VALUE;
            for (int i = 0; i < RUNS && !isOver(); i++) {
                runs.watchTells();
                runs.now = runs.now.plusSeconds(60);
                cluster.now = runs.now;
                runs.run();
                for (var resource : List.copyOf(cluster.live().values())) {
                    if (resource.key().kind().equals("Job")) {
                        end(resource, "complete");
                    } else if (resource.beingDeleted()) {
                        cluster.happens(FakeCluster.name(resource.key()), "gone");
                    }
                }
            }
            assertThat(isOver()).as("it ends, with " + runs.deeds).isTrue();
        }

        boolean isOver() {
            return Finalizers.of(runs.application).equals(finalizers.ofOthers());
        }

        void checkEnd() {
            var live = cluster.live();
            assertThat(live.keySet()).containsAll(staying);
            if (finalizers.cascade()) {
                assertThat(live.keySet()).noneMatch(going::contains);
            }
            checkSucceeded(SyncPhase.PRE_DELETE, Integer.MAX_VALUE);
            checkSucceeded(SyncPhase.POST_DELETE, Integer.MAX_VALUE);
            assertThat(live.values())
                    .filteredOn(it -> it.key().kind().equals("Job"))
                    .noneMatch(LiveResource::isKeptForItsResult)
                    .allMatch(it -> staysAfterSuccess(it));
        }

        private static boolean staysAfterSuccess(LiveResource hook) {
            return Optional.ofNullable(hook.annotations().get(Annotations.HOOK_DELETE_POLICY))
                    .filter(it -> !it.equals("HookSucceeded"))
                    .isPresent();
        }
    }

    @Test
    void only_what_is_to_go_does_in_its_order_and_every_deletion_ends() {
        var counts = new int[2];
        Seeds.each(
                WORLDS,
                seed -> {
                    var world = new World(seed);
                    for (int i = 0; i < 25 && !world.isOver(); i++) {
                        world.step();
                    }
                    counts[world.isOver() ? 0 : 1]++;
                    world.endsOnceAllIsWell();
                    world.checkEnd();
                });
        if (Seeds.areAll()) {
            // Those that end while all goes wrong, and those that need that to stop.
            assertThat(counts[0]).isGreaterThan(WORLDS / 10);
            assertThat(counts[1]).isGreaterThan(WORLDS / 50);
        }
    }
}
