package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.ResourceResult.Slot;
import io.tiphys.core.sync.SyncOptions.Deletable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a sync does, in waves: in the order of phases, and of the waves that resources name. Only
/// what is out of sync is written. Made anew in every run of an operation: what the operation has
/// written stays in it.
///
/// Within a wave namespaces come first, as what else is tried needs them; then what Git dropped
/// goes, in the reverse order of kinds, and the rest is applied in their order. Namespaces and
/// definitions are moved up to the first wave that needs them.
///
/// @param waves the last of them has tasks; SyncFail is not among them
/// @param onFailure run at once if the sync fails
/// @param kept resources that Git dropped and that nevertheless stay
/// @param options of the operation, else of the Application
/// @param refusal why nothing of it may be done
/// @param unapproved resources that Git dropped and that may go only when somebody has approved
public record SyncPlan(
        List<Wave> waves,
        List<Task.RunHook> onFailure,
        List<LiveResource> kept,
        SyncOptions options,
        Optional<String> refusal,
        Set<ResourceKey> unapproved) {

    /// What a sync has to do with beside the Application's own resources.
    ///
    /// @param hooks that the Application declares
    /// @param namespace the destination's, where it is to be made or brought up to date
    /// @param shared which resource others have as well, in words
    public record Beside(
            List<Manifest> hooks, Optional<Manifest> namespace, Optional<String> shared) {}

    /// What is through before anything later begins.
    ///
    /// @param groups tasks of a group do not depend on each other, those of the next on it
    /// @param standing what needs no write: in sync already, or being deleted
    /// @param there what of it is applied to something, whoever's that is; all else is new
    public record Wave(
            SyncPhase phase,
            int number,
            List<List<Task>> groups,
            List<ResourceKey> standing,
            Set<ResourceKey> there) {

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

    /// @param application its name in tracking ids
    /// @param options of the operation, else of the Application
    /// @param approval when somebody last approved what asks before it goes
    public static SyncPlan of(
            Comparison comparison,
            Beside beside,
            String application,
            SyncOptions options,
            Optional<Instant> approval,
            OperationState operation) {
        var waves = new Waves(operation, options);
        for (var resource : comparison.resources()) {
            if (operation.selects(resource.key())) {
                waves.add(resource);
            }
        }
        HookRuns.of(beside.hooks(), application, operation).forEach(waves::add);
        beside.namespace().ifPresent(waves::addNamespace);
        var plan = waves.plan(beside.shared());
        boolean approved = approval.filter(it -> !it.isBefore(operation.startedAt())).isPresent();
        return approved ? plan : plan.asking();
    }

    private SyncPlan asking() {
        var asking =
                waves.stream()
                        .flatMap(Wave::tasks)
                        .filter(Task.Prune.class::isInstance)
                        .map(it -> ((Task.Prune) it).live())
                        .filter(it -> Approval.isNeededToPrune(it.annotations(), options))
                        .map(LiveResource::key)
                        .collect(Collectors.toSet());
        return new SyncPlan(waves, onFailure, kept, options, refusal, asking);
    }

    /// Whether a sync would write anything but hooks.
    ///
    /// @param options the Application's
    static boolean writes(Comparison comparison, boolean prune, SyncOptions options) {
        return comparison.outOfSync().stream().anyMatch(it -> writes(it, prune, options));
    }

    /// Whether it would write this one, which is out of sync.
    static boolean writes(Comparison.Resource resource, boolean prune, SyncOptions options) {
        return resource.target().isPresent() || (prune && wouldPrune(resource, options));
    }

    private static boolean wouldPrune(Comparison.Resource resource, SyncOptions options) {
        return resource.live()
                .filter(live -> !live.beingDeleted())
                .filter(live -> mayBePruned(live, options))
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

    /// @param options the Application's
    static boolean mayBePruned(LiveResource live, SyncOptions options) {
        return options.on(live.annotations()).prune() != Deletable.NO;
    }
}
