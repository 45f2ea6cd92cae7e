package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.sync.SyncPlan.Task;
import io.tiphys.core.sync.SyncPlan.Wave;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts what a sync is to do into its places: gathers resources and hooks, then lays them out.
final class Waves {

    /// Whatever order the kinds have, a wave is through before the next begins.
    private record Place(SyncPhase phase, int wave) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::phase).thenComparingInt(Place::wave);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /// What is to be there.
    ///
    /// @param written whether it is to be written, or was by this operation
    /// @param there whether something of its name is, whoever's
    private record Declared(
            Manifest manifest, Place place, boolean hook, boolean written, boolean there) {

        Declared at(Place other) {
            return new Declared(manifest, other, hook, written, there);
        }

        Task task() {
            return hook
                    ? new Task.RunHook(manifest, place.phase)
                    : new Task.Apply(manifest, place.phase);
        }
    }

    /// A wave while it is filled.
    private static final class Filling {
        private final TreeMap<Integer, List<Task>> applies = new TreeMap<>();
        private final TreeMap<Integer, List<Task>> prunes =
                new TreeMap<>(Comparator.reverseOrder());
        private final List<ResourceKey> standing = new ArrayList<>();
        private final Set<ResourceKey> there = new HashSet<>();

        Wave at(Place place) {
            var groups = new ArrayList<>(applies.headMap(KindOrder.NAMESPACE, true).values());
            groups.addAll(prunes.values());
            groups.addAll(applies.tailMap(KindOrder.NAMESPACE, false).values());
            return new Wave(
                    place.phase,
                    place.wave,
                    List.copyOf(groups),
                    List.copyOf(standing),
                    Set.copyOf(there));
        }
    }

    private final OperationState operation;
    private final Set<ResourceKey> writtenBefore;
    private final SyncOptions options;
    private final List<Declared> declared = new ArrayList<>();
    private final List<LiveResource> dropped = new ArrayList<>();
    private final List<LiveResource> kept = new ArrayList<>();
    private final TreeMap<Place, Filling> fillings = new TreeMap<>();

    /// @param options of the operation, else of the Application
    Waves(OperationState operation, SyncOptions options) {
        this.operation = operation;
        this.options = options;
        writtenBefore =
                operation.results().stream()
                        .filter(it -> !it.hook() && it.status() != ResourceResult.Status.PRUNED)
                        .map(ResourceResult::key)
                        .collect(Collectors.toSet());
    }

    void add(Comparison.Resource resource) {
        boolean differs = resource.status() == SyncStatus.OUT_OF_SYNC;
        resource.target()
                .ifPresentOrElse(
                        manifest ->
                                declared.add(
                                        new Declared(
                                                manifest,
                                                new Place(
                                                        SyncPhase.SYNC,
                                                        wave(manifest.annotations())),
                                                false,
                                                differs || writtenBefore.contains(resource.key()),
                                                resource.live().isPresent())),
                        () -> {
                            if (differs) {
                                drop(resource.live().orElseThrow());
                            }
                        });
    }

    void add(Task.RunHook hook) {
        declared.add(
                new Declared(
                        hook.manifest(),
                        new Place(hook.phase(), wave(hook.manifest().annotations())),
                        true,
                        true,
                        false));
    }

    /// The destination's namespace goes where the first resource needs it.
    void addNamespace(Manifest namespace) {
        var last =
                declared.stream()
                        .map(Declared::place)
                        .max(Comparator.naturalOrder())
                        .orElse(new Place(SyncPhase.SYNC, 0));
        declared.add(new Declared(namespace, last, false, true, false));
    }

    private void drop(LiveResource live) {
        (operation.prune() && SyncPlan.mayBePruned(live, options) ? dropped : kept).add(live);
    }

    /// @param shared what resources the Application shares with others, if any
    SyncPlan plan(Optional<String> shared) {
        var placed = movedUp();
        placed.forEach(this::lay);
        layDropped();
        var onFailure = new ArrayList<Task.RunHook>();
        var waves = new ArrayList<Wave>();
        fillings.forEach(
                (place, filling) -> {
                    var wave = filling.at(place);
                    if (place.phase == SyncPhase.SYNC_FAIL) {
                        wave.tasks().forEach(it -> onFailure.add((Task.RunHook) it));
                    } else {
                        waves.add(wave);
                    }
                });
        // Nothing comes after what stands there: nobody waits for it.
        while (!waves.isEmpty() && waves.getLast().groups().isEmpty()) {
            waves.removeLast();
        }
        return new SyncPlan(
                List.copyOf(waves),
                List.copyOf(onFailure),
                List.copyOf(kept),
                options,
                shared.filter(_ -> options.failsOnSharedResources())
                        .map(it -> "Shared resource found: " + it),
                Set.of());
    }

    private void lay(Declared one) {
        var filling = fillings.computeIfAbsent(one.place, _ -> new Filling());
        if (one.written) {
            filling.applies
                    .computeIfAbsent(KindOrder.rank(one.manifest), _ -> new ArrayList<>())
                    .add(one.task());
            if (one.there) {
                filling.there.add(one.manifest.key());
            }
        } else {
            filling.standing.add(one.manifest.key());
        }
    }

    /// Namespaces and definitions go to the first place at which something needs them.
    private List<Declared> movedUp() {
        var needed = new HashMap<String, Place>();
        for (var one : declared) {
            needs(one.manifest)
                    .forEach(
                            need ->
                                    needed.merge(
                                            need,
                                            one.place,
                                            (a, b) -> a.compareTo(b) <= 0 ? a : b));
        }
        return declared.stream()
                .map(
                        one ->
                                provides(one.manifest)
                                        .map(needed::get)
                                        .filter(first -> first.compareTo(one.place) < 0)
                                        .map(one::at)
                                        .orElse(one))
                .toList();
    }

    private static List<String> needs(Manifest manifest) {
        return List.of(
                "namespace " + manifest.key().namespace(),
                "kind " + Definitions.kind(manifest.type()));
    }

    private static Optional<String> provides(Manifest manifest) {
        if (Definitions.isOne(manifest.type())) {
            return Optional.of("kind " + Definitions.defined(manifest.type(), manifest.object()));
        }
        var key = manifest.key();
        return key.kind().equals("Namespace") && key.group().isEmpty()
                ? Optional.of("namespace " + key.name())
                : Optional.empty();
    }

    /// What Git dropped goes in the reverse order of its waves: the last goes in the first.
    private void layDropped() {
        var mirrored = mirrored(dropped.stream().map(it -> wave(it.annotations())).toList());
        int end =
                1
                        + Stream.concat(
                                        fillings.keySet().stream()
                                                .filter(it -> it.phase == SyncPhase.SYNC)
                                                .map(Place::wave),
                                        mirrored.values().stream())
                                .reduce(0, Math::max);
        for (var live : dropped) {
            boolean goesLast = options.on(live.annotations()).prunesLast();
            int wave = goesLast ? end : mirrored.getOrDefault(wave(live.annotations()), 0);
            var filling =
                    fillings.computeIfAbsent(new Place(SyncPhase.SYNC, wave), _ -> new Filling());
            if (live.beingDeleted()) {
                filling.standing.add(live.key());
            } else {
                filling.prunes
                        .computeIfAbsent(KindOrder.rank(live.key().kind()), _ -> new ArrayList<>())
                        .add(new Task.Prune(live));
            }
        }
    }

    private static Map<Integer, Integer> mirrored(List<Integer> waves) {
        var distinct = List.copyOf(new TreeSet<>(waves));
        return distinct.stream()
                .collect(
                        Collectors.toMap(
                                Function.identity(),
                                it -> distinct.get(distinct.size() - 1 - distinct.indexOf(it))));
    }

    /// A wave that is no number counts as none, as in Argo CD, and Helm's weight in its place.
    static int wave(Map<String, String> annotations) {
        return number(annotations.get(Annotations.SYNC_WAVE))
                .or(() -> number(annotations.get(Annotations.HELM_HOOK_WEIGHT)))
                .orElse(0);
    }

    private static Optional<Integer> number(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }
}
