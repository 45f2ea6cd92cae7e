package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.Hook.DeletePolicy;
import io.tiphys.core.sync.HookRuns.Leftover;
import io.tiphys.core.sync.SyncOptions.Propagation;
import io.tiphys.core.sync.SyncPlan.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The deletion of an Application, as far as its finalizers say. Each stands for a part that is not
/// through, and is removed when it is: so a service that was killed goes on where it was.
///
/// ```
/// PreDelete hooks ──▶ resources, wave by wave ──▶ PostDelete hooks ──▶ hooks cleared ──▶ gone
/// ```
///
/// Needs nothing of the Application but what every custom resource has, for one whose specification
/// is wrong must go as well.
///
/// @param since when it was asked for
/// @param self the Application's own object, which may be one of its resources
/// @param revision that was compared last, for the names of hooks
/// @param options the Application's own
/// @param approved whether somebody approved since it was asked for
/// @param asking resources that ask before they go, as the status knows of Git
public record Deletion(
        Instant since,
        ResourceKey self,
        String revision,
        Finalizers finalizers,
        SyncOptions options,
        boolean approved,
        Set<ResourceKey> asking) {

    /// How long after a hook was made it is run again, should it have failed. Argo CD does so with
    /// every look at the Application.
    private static final Duration HOOKS_AGAIN = Duration.ofMinutes(3);

    /// What takes longer to go is named. To name all would be a write of the status for each.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// @param application the custom resource
    /// @return empty if nobody deletes it
    public static Optional<Deletion> of(Map<String, Object> application) {
        return since(application)
                .map(
                        since ->
                                new Deletion(
                                        since,
                                        new ResourceKey(
                                                "argoproj.io",
                                                "Application",
                                                Json.string(application, "metadata", "namespace"),
                                                Json.string(application, "metadata", "name")),
                                        Json.string(application, "status", "sync", "revision"),
                                        Finalizers.of(application),
                                        Approval.options(application),
                                        Approval.of(
                                                        Json.strings(
                                                                application,
                                                                "metadata",
                                                                "annotations"))
                                                .filter(it -> !it.isBefore(since))
                                                .isPresent(),
                                        asking(application)));
    }

    private static Optional<Instant> since(Map<String, Object> object) {
        try {
            return Optional.of(Json.string(object, "metadata", "deletionTimestamp"))
                    .filter(it -> !it.isEmpty())
                    .map(Instant::parse);
        } catch (DateTimeParseException impossible) {
            throw new IllegalStateException("The API server writes times in RFC 3339", impossible);
        }
    }

    private static Set<ResourceKey> asking(Map<String, Object> application) {
        return Json.array(application, "status", "resources").stream()
                .filter(it -> Json.bool(it, "requiresDeletionConfirmation"))
                .map(
                        it ->
                                new ResourceKey(
                                        Json.string(it, "group"),
                                        Json.string(it, "kind"),
                                        Json.string(it, "namespace"),
                                        Json.string(it, "name")))
                .collect(Collectors.toSet());
    }

    /// The finalizers that stay where nothing can be done: of others.
    public Finalizers abandoned() {
        return finalizers.ofOthers();
    }

    /// Whether hooks are to be run now, for which Git has to be asked.
    public boolean runsHooks() {
        return phase().isPresent();
    }

    /// What runs the hooks that are to be run now; nothing if there are none.
    ///
    /// @param hooks that the Application declares
    /// @param application its name in tracking ids
    public SyncPlan plan(List<Manifest> hooks, String application) {
        var waves = new Waves(operation(), new SyncOptions(Set.of()));
        phase().map(it -> HookRuns.of(hooks, it, application, operation()))
                .orElse(List.of())
                .forEach(waves::add);
        return waves.plan(Optional.empty());
    }

    /// @param hooks the plan for those that are to be run now
    /// @param observed the Application's resources, and what bears the names of these hooks
    public DeletionStep next(SyncPlan hooks, Observation observed) {
        var phase = phase();
        if (phase.isPresent()) {
            return hooks(phase.get(), hooks, observed);
        }
        if (finalizers.cascade()) {
            return resources(observed);
        }
        for (var cleared : List.of(SyncPhase.PRE_DELETE, SyncPhase.POST_DELETE)) {
            if (finalizers.has(Finalizers.toClear(cleared))) {
                return cleared(cleared, observed);
            }
        }
        return finalizers.all().isEmpty()
                ? new DeletionStep.Done()
                : new DeletionStep.Wait(
                        "waiting for others to remove the Application's finalizer "
                                + finalizers.all().getFirst());
    }

    private Optional<SyncPhase> phase() {
        if (finalizers.has(Finalizers.toRun(SyncPhase.PRE_DELETE))) {
            return Optional.of(SyncPhase.PRE_DELETE);
        }
        return Optional.of(SyncPhase.POST_DELETE)
                .filter(it -> !finalizers.cascade() && finalizers.has(Finalizers.toRun(it)));
    }

    /// Nothing is noted of hooks but that all have run: they stay until then.
    private OperationState operation() {
        return OperationState.ofDeletion(since, revision);
    }

    private DeletionStep hooks(SyncPhase phase, SyncPlan plan, Observation observed) {
        var progress = SyncProgress.of(plan, operation(), observed, Optional.empty());
        return switch (progress.next()) {
            case SyncProgress.Next.Run(var tasks, _) ->
                    new DeletionStep.Run(
                            tasks.stream()
                                    .map(Task.RunHook.class::cast)
                                    .map(Task.RunHook::manifest)
                                    .toList());
            case SyncProgress.Next.Wait(var message, var clear, var clearOnceNoted) -> {
                var hooks = Stream.concat(clear.stream(), clearOnceNoted.stream()).toList();
                yield hooks.isEmpty()
                        ? new DeletionStep.Wait(message)
                        : new DeletionStep.Delete(hooks, Propagation.FOREGROUND);
            }
            case SyncProgress.Next.End(var end, _) ->
                    end == OperationPhase.SUCCEEDED
                            ? new DeletionStep.Remove(
                                    finalizers.without(List.of(Finalizers.toRun(phase))))
                            : failed(phase, progress.results(), observed);
        };
    }

    /// Those that failed make way for others of their names: at once if somebody deletes them.
    private DeletionStep failed(
            SyncPhase phase, List<ResourceResult> results, Observation observed) {
        var failed = results.stream().filter(ResourceResult::isFailure).toList();
        var live = failed.stream().flatMap(it -> observed.find(it.key()).stream()).toList();
        var due =
                live.stream()
                        .filter(it -> it.beingDeleted() || !again(it).isAfter(observed.now()))
                        .toList();
        if (!due.isEmpty()) {
            return new DeletionStep.Delete(due, Propagation.FOREGROUND);
        }
        var next = live.stream().map(Deletion::again).min(Comparator.naturalOrder()).orElseThrow();
        return new DeletionStep.Fail(
                "%s hook(s) failed: %s; they are run again at %s, or when they are deleted"
                        .formatted(
                                phase.wire(),
                                failed.stream()
                                        .map(
                                                it ->
                                                        "%s/%s: %s"
                                                                .formatted(
                                                                        it.key().namespace(),
                                                                        it.key().name(),
                                                                        it.message()))
                                        .collect(Collectors.joining(", ")),
                                next),
                Duration.between(observed.now(), next));
    }

    private static Instant again(LiveResource hook) {
        return Instant.parse(Json.string(hook.object(), "metadata", "creationTimestamp"))
                .plus(HOOKS_AGAIN);
    }

    private DeletionStep resources(Observation observed) {
        var going =
                observed.live().values().stream()
                        .filter(this::goes)
                        .sorted(Comparator.comparing(LiveResource::key))
                        .toList();
        if (going.isEmpty()) {
            return new DeletionStep.Remove(finalizers.orphaning());
        }
        var asking = going.stream().filter(this::asks).map(LiveResource::key).toList();
        if (!approved && !asking.isEmpty()) {
            return new DeletionStep.Wait(
                    SyncSteps.message("deletion confirmation of", asking)
                            + ": annotate the Application with "
                            + Annotations.DELETION_APPROVED);
        }
        int wave = going.stream().mapToInt(it -> Waves.wave(it.annotations())).max().orElseThrow();
        var last = going.stream().filter(it -> Waves.wave(it.annotations()) == wave).toList();
        var toDelete =
                last.stream().filter(it -> !it.beingDeleted() || it.isKeptForItsResult()).toList();
        if (!toDelete.isEmpty()) {
            return new DeletionStep.Delete(toDelete, finalizers.propagation());
        }
        var late = last.stream().filter(it -> isLate(it, observed.now())).toList();
        return late.isEmpty()
                ? new DeletionStep.Wait(
                        "waiting for deletion of the resources in wave " + wave,
                        Optional.of(PATIENCE))
                : new DeletionStep.Wait(waiting(late));
    }

    private static boolean isLate(LiveResource leaving, Instant now) {
        return since(leaving.object()).filter(it -> !it.plus(PATIENCE).isAfter(now)).isPresent();
    }

    /// Definitions stay: with them all objects that they define would go, whosever these are.
    private boolean goes(LiveResource resource) {
        return !Definitions.isOne(resource.type())
                && !resource.key().equals(self)
                && !Approval.keeps(resource, options);
    }

    private boolean asks(LiveResource resource) {
        return asking.contains(resource.key())
                || Approval.isNeededToDelete(resource.annotations(), options);
    }

    /// Says who holds the first, if it is somebody else than the collector of what it owns.
    private static String waiting(List<LiveResource> leaving) {
        var holders = new ArrayList<>(leaving.getFirst().finalizers());
        holders.removeAll(List.of("foregroundDeletion", "orphan"));
        return SyncSteps.message("deletion of", leaving.stream().map(LiveResource::key).toList())
                + (holders.isEmpty() ? "" : ", held by " + String.join(", ", holders));
    }

    private DeletionStep cleared(SyncPhase phase, Observation observed) {
        var leftovers = new ArrayList<Leftover>();
        var leaving = new ArrayList<LiveResource>();
        for (var live : observed.live().values()) {
            var hook = Hook.of(live.annotations()).filter(it -> it.phases().contains(phase));
            if (hook.isPresent() && goesWhenCleared(hook.get(), live)) {
                leaving.add(live);
                if (!live.beingDeleted() || live.isKeptForItsResult()) {
                    leftovers.add(new Leftover.Delete(live));
                }
            } else if (hook.isPresent() && live.isKeptForItsResult()) {
                leftovers.add(new Leftover.Release(live));
            }
        }
        if (!leftovers.isEmpty()) {
            return new DeletionStep.Clear(leftovers);
        }
        return leaving.isEmpty()
                ? new DeletionStep.Remove(finalizers.without(List.of(Finalizers.toClear(phase))))
                : new DeletionStep.Wait(waiting(leaving));
    }

    /// All have succeeded. One without a policy goes: no other of its name will take its place.
    private static boolean goesWhenCleared(Hook hook, LiveResource live) {
        boolean says =
                live.annotations().containsKey(Annotations.HOOK_DELETE_POLICY)
                        || live.annotations().containsKey(Annotations.HELM_HOOK_DELETE_POLICY);
        return live.beingDeleted()
                || !says
                || hook.policies().contains(DeletePolicy.HOOK_SUCCEEDED);
    }
}
