package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.ResourceResult.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What a sync does, in waves: in the order of phases, and of the waves that resources name. Only
/// what is out of sync is written. Made anew in every run of an operation: what the operation has
/// written stays in it.
///
/// Within a wave resources are applied in the order of their kinds; then what Git dropped goes, in
/// the reverse order, so that what takes its place is there. Namespaces and definitions are moved
/// up to the first wave that needs them.
///
/// @param waves the last of them has tasks; SyncFail is not among them
/// @param onFailure run at once if the sync fails
/// @param kept resources that Git dropped and that nevertheless stay
public record SyncPlan(List<Wave> waves, List<Task.RunHook> onFailure, List<LiveResource> kept) {

    /// What is through before anything later begins.
    ///
    /// @param groups tasks of a group do not depend on each other, those of the next on it
    /// @param standing what needs no write: in sync already, or being deleted
    public record Wave(
            SyncPhase phase, int number, List<List<Task>> groups, List<ResourceKey> standing) {

        public Stream<Task> tasks() {
            return groups.stream().flatMap(List::stream);
        }
    }

    /// One write to the cluster.
    public sealed interface Task {

        ResourceKey key();

        GroupVersionKind type();

        SyncPhase phase();

        default Slot slot() {
            return new Slot(key(), phase());
        }

        record Apply(Manifest manifest, SyncPhase phase) implements Task {
            @Override
            public ResourceKey key() {
                return manifest.key();
            }

            @Override
            public GroupVersionKind type() {
                return manifest.type();
            }
        }

        record Prune(LiveResource live) implements Task {
            @Override
            public ResourceKey key() {
                return live.key();
            }

            @Override
            public GroupVersionKind type() {
                return live.type();
            }

            @Override
            public SyncPhase phase() {
                return SyncPhase.SYNC;
            }
        }

        /// @param manifest as it is made: named, and marked as this operation's
        record RunHook(Manifest manifest, SyncPhase phase) implements Task {
            @Override
            public ResourceKey key() {
                return manifest.key();
            }

            @Override
            public GroupVersionKind type() {
                return manifest.type();
            }
        }
    }

    /// @param hooks that the Application declares
    /// @param application its name in tracking ids
    /// @param syncOptions its own
    public static SyncPlan of(
            Comparison comparison,
            List<Manifest> hooks,
            String application,
            Set<String> syncOptions,
            OperationState operation) {
        var waves = new Waves(operation, syncOptions.contains("PruneLast=true"));
        for (var resource : comparison.resources()) {
            if (operation.selects(resource.key())) {
                waves.add(resource);
            }
        }
        HookRuns.of(hooks, application, operation).forEach(waves::add);
        return waves.plan();
    }

    /// Whether a sync would write anything but hooks.
    static boolean writes(Comparison comparison, boolean prune) {
        return comparison.outOfSync().stream()
                .anyMatch(it -> it.target().isPresent() || (prune && wouldPrune(it)));
    }

    private static boolean wouldPrune(Comparison.Resource resource) {
        return resource.live()
                .filter(live -> !live.beingDeleted())
                .filter(SyncPlan::mayBePruned)
                .isPresent();
    }

    /// Whether all is done in one go, with nothing to wait for.
    public boolean isOneStep() {
        return waves.size() <= 1 && hooks().findAny().isEmpty();
    }

    /// The hooks that it runs: others of their names may be there that no Application tracks.
    public List<ResourceKey> hookKeys() {
        return hooks().map(Task::key).distinct().toList();
    }

    /// All that it may do.
    public Stream<Task> tasks() {
        return Stream.concat(waves.stream().flatMap(Wave::tasks), onFailure.stream());
    }

    Stream<Task.RunHook> hooks() {
        return tasks().filter(Task.RunHook.class::isInstance).map(Task.RunHook.class::cast);
    }

    static boolean mayBePruned(LiveResource live) {
        return !hasOption(live.annotations(), "Prune=false")
                && !hasOption(live.annotations(), "Prune=confirm");
    }

    static boolean hasOption(Map<String, String> annotations, String option) {
        return Arrays.asList(
                        annotations
                                .getOrDefault(Annotations.SYNC_OPTIONS, "")
                                .replace(" ", "")
                                .split(",", -1))
                .contains(option);
    }
}
