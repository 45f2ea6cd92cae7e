package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.ResourceApplier;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.ClientSideApply;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.ResourceResult;
import io.tiphys.core.sync.ResourceResult.Status;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.core.sync.SyncPlan.Task;
import io.tiphys.core.sync.SyncPlan.Wave;
import io.tiphys.core.sync.Trial;
import io.tiphys.core.sync.Writing;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Does the single tasks of one operation. What the API server says of each is its result.
final class TaskRunner {

    private final ResourceApplier applier;
    private final ComparisonRules rules;
    private final Confirmations confirmations;
    private final SyncPlan plan;
    private final OperationState operation;
    private final Optional<ClientSideApply> clientSide;
    private final Map<ResourceKey, LiveResource> live = new HashMap<>();

    /// @param found what there is before
    TaskRunner(
            Gathered gathered,
            Confirmations confirmations,
            Comparison found,
            SyncPlan plan,
            OperationState operation) {
        this.applier = gathered.cluster().applier();
        this.rules = gathered.rules();
        this.confirmations = confirmations;
        this.plan = plan;
        this.operation = operation;
        for (var resource : found.resources()) {
            resource.live().ifPresent(it -> live.put(resource.key(), it));
        }
        var manager =
                gathered.application()
                        .annotations()
                        .getOrDefault(Annotations.CLIENT_SIDE_APPLY_MANAGER, "");
        clientSide =
                Optional.of(ClientSideApply.by(manager))
                        .filter(_ -> plan.options().migratesClientSideApply());
    }

    ResourceResult run(Task task) {
        try {
            return switch (task) {
                case Task.Apply(var manifest, _) -> write(task, respecting(manifest));
                case Task.RunHook(var manifest, _) -> write(task, manifest);
                case Task.Prune(var dropped) -> prune(task, dropped);
            };
        } catch (ApiFailure refused) {
            return ResourceResult.of(task, Status.FAILED, String.valueOf(refused.getMessage()));
        }
    }

    /// @return the failure, if the API server would refuse the task
    Optional<ResourceResult> tryOut(Task task, Collection<Task> trials) {
        return switch (task) {
            case Task.Apply(var manifest, _) -> tryOut(task, manifest, trials);
            case Task.RunHook(var manifest, _) -> tryOut(task, manifest, trials);
            case Task.Prune _ -> Optional.empty();
        };
    }

    private Optional<ResourceResult> tryOut(Task task, Manifest declared, Collection<Task> trials) {
        var how = how(declared);
        if (how.equals(Writing.APPLIED) && isTaken(declared)) {
            return Optional.empty();
        }
        try {
            applier.tryOut(respecting(declared), how);
            return Optional.empty();
        } catch (ApiFailure failure) {
            var message = String.valueOf(failure.getMessage());
            boolean expected =
                    failure.notFound()
                            && plan.options().on(declared.annotations()).expectsMissingKinds();
            return expected || !Trial.refuses(failure.code(), message, trials)
                    ? Optional.empty()
                    : Optional.of(ResourceResult.of(task, Status.FAILED, message));
        }
    }

    /// Whether the API server was asked when the difference was found.
    private boolean isTaken(Manifest manifest) {
        return Optional.ofNullable(live.get(manifest.key()))
                .filter(it -> confirmations.wasAsked(manifest, it))
                .isPresent();
    }

    /// With what may differ as it is, where the operation is to leave that alone.
    ///
    /// @throws ApiFailure if managers' fields may differ, and the API server does not tell them
    private Manifest respecting(Manifest declared) {
        var before = live.get(declared.key());
        if (before == null || !plan.options().respectsIgnoredDifferences()) {
            return declared;
        }
        return rules.respecting(
                declared,
                rules.ignored(declared.key()).asksForManagers() ? applier.whole(before) : before,
                how(declared).replaces());
    }

    private ResourceResult write(Task task, Manifest manifest) {
        var how = how(manifest);
        if (operation.dryRun()) {
            return wouldBeRefused(task, manifest)
                    .orElseGet(
                            () ->
                                    ResourceResult.of(
                                            task, Status.SYNCED, "would be applied (dry run)"));
        }
        var before = Optional.ofNullable(live.get(manifest.key()));
        clientSide.ifPresent(
                it -> before.filter(it::isSuspectedOf).ifPresent(o -> applier.takeOver(o, it)));
        applier.write(manifest, how);
        return ResourceResult.of(task, Status.SYNCED, done(how));
    }

    /// Without what comes before it, as nothing was made.
    private Optional<ResourceResult> wouldBeRefused(Task task, Manifest manifest) {
        var tasks = plan.waves().stream().flatMap(Wave::tasks).toList();
        return Trial.bringKindOf(tasks, task) ? Optional.empty() : tryOut(task, manifest, tasks);
    }

    private Writing how(Manifest manifest) {
        return Writing.of(manifest, plan.options(), operation.force());
    }

    private static String done(Writing how) {
        return switch (how.way()) {
            case APPLY, APPLY_OR_RECREATE -> "serverside-applied";
            case REPLACE, RECREATE -> "replaced";
        };
    }

    private ResourceResult prune(Task task, LiveResource live) {
        if (operation.dryRun()) {
            return ResourceResult.of(task, Status.PRUNED, "would be pruned (dry run)");
        }
        applier.delete(live, plan.options().prunePropagation());
        return ResourceResult.of(task, Status.PRUNED, "pruned");
    }
}
