package io.tiphys.application;

import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.Shard;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.LiveChange;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.tree.NodeInfo;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.DiffCustomizations;
import io.tiphys.store.HealthRules;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.SignatureDemands;
import io.tiphys.store.StoreConfig;
import io.tiphys.store.Tooling;
import io.tiphys.store.TrackingChoice;
import io.tiphys.store.UpdateRules;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns changes into refreshes: of an Application's live resources, and of the Application itself
/// (its spec, a requested refresh or operation, the end of one), of whether its cluster is in
/// reach, of what its repository is read with, of its project and of who may sign what it is made
/// of, of what all tools are told, of how resources name their Applications, of the rules by which
/// they are compared and healthy, and of which images are to be kept current. At the start every
/// Application is such a change, and later each that comes from another replica.
///
/// What an Application was found to be before such a change, it is not after it: whatever can
/// change that and does not stand in [Settled.Grounds] comes through here.
@Singleton
class LiveChanges {

    private final ApplicationStore store;
    private final Clusters clusters;
    private final Credentials credentials;
    private final SignatureDemands signatures;
    private final Tooling tooling;
    private final HealthRules healthRules;
    private final DiffCustomizations customizations;
    private final TrackingChoice tracking;
    private final UpdateRules updateRules;
    private final Settled settled;
    private final ImageUpdaters updaters;
    private final ApplicationCommands commands;
    private final Shard shard;
    private final String controlPlaneNamespace;
    private final Dependents dependents = new Dependents();
    private final Clock clock = Clock.systemUTC();

    LiveChanges(
            ApplicationStore store,
            Clusters clusters,
            Credentials credentials,
            SignatureDemands signatures,
            Tooling tooling,
            HealthRules healthRules,
            DiffCustomizations customizations,
            TrackingChoice tracking,
            UpdateRules updateRules,
            Settled settled,
            ImageUpdaters updaters,
            ApplicationCommands commands,
            Shard shard,
            StoreConfig config) {
        this.store = store;
        this.clusters = clusters;
        this.credentials = credentials;
        this.signatures = signatures;
        this.tooling = tooling;
        this.healthRules = healthRules;
        this.customizations = customizations;
        this.tracking = tracking;
        this.updateRules = updateRules;
        this.settled = settled;
        this.updaters = updaters;
        this.commands = commands;
        this.shard = shard;
        this.controlPlaneNamespace = config.namespace();
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual()
                .name("live changes")
                .start(
                        () -> {
                            clusters.onLive(this::live);
                            clusters.onChange(this::reachable);
                            store.onChange(this::application);
                            credentials.onChange(this::reachedOtherwise);
                            signatures.onChange(this::signedOtherwise);
                            tooling.onChange(this::refreshAll);
                            healthRules.onChange(this::judgedOtherwise);
                            customizations.onChange(this::refreshAll);
                            updaters.onChange(this::keptOtherwise);
                            updaters.onRefusal(this::keptOtherwise);
                            tracking.onChange(this::refreshAll);
                            shard.onGained(this::ours);
                            ours(_ -> true);
                        });
    }

    private void ours(Predicate<ApplicationId> applications) {
        store.all().stream()
                .filter(it -> applications.test(it.id()))
                .forEach(it -> application(new Change(Optional.empty(), Optional.of(it))));
    }

    private void application(Change change) {
        dependents.changed(change).forEach(it -> refresh(it, false, FetchDemand.ANY));
        application(change.before(), change.after());
    }

    private void application(Optional<Entry> before, Optional<Entry> after) {
        if (after.isEmpty()) {
            before.map(Entry::id)
                    .ifPresent(
                            gone -> {
                                refresh(gone, false, FetchDemand.ANY);
                                settled.remove(gone);
                            });
            return;
        }
        var now = after.get().tree();
        var old = before.map(Entry::tree).orElse(Map.of());
        var asked = Json.string(now, "metadata", "annotations", Annotations.REFRESH);
        if (!asked.isEmpty()) {
            refresh(after.get().id(), asked.equals("hard"), FetchDemand.NEWEST);
        } else if (before.isEmpty() || !Objects.equals(old.get("spec"), now.get("spec"))) {
            refresh(after.get().id(), false, FetchDemand.NEWEST);
        } else if (now.containsKey("operation")
                && !Objects.equals(old.get("operation"), now.get("operation"))) {
            refresh(after.get().id(), false, FetchDemand.NEWEST);
        } else if (!asked(old).equals(asked(now))
                || (OperationState.isTerminating(now) && !OperationState.isTerminating(old))) {
            refresh(after.get().id(), false, FetchDemand.ANY);
        }
    }

    /// What of it is looked at beside its specification: on whom it waits, whether it is deleted,
    /// what of it a person approved, and what becomes of new tags of its images.
    private static List<String> asked(Map<String, Object> application) {
        return List.of(
                Consent.modes(Json.strings(application, "metadata", "annotations")).toString(),
                Json.string(application, "metadata", "annotations", Annotations.IMAGE_APPROVED),
                Json.string(application, "metadata", "annotations", Annotations.IMAGE_WITHHELD),
                Json.string(application, "metadata", "annotations", Annotations.DEPENDS_ON),
                Json.string(application, "metadata", "deletionTimestamp"),
                Json.string(application, "metadata", "annotations", Annotations.DELETION_APPROVED));
    }

    /// Who failed for a wrong credential is looked at as soon as it is mended, and who is served by
    /// one that was taken away as soon as it is gone. What is no Application's source may be named
    /// by the files of any in its project, as submodules and remote bases are.
    private void reachedOtherwise(Set<Use> uses) {
        var applications = applications();
        var elsewhere = new HashSet<>(uses);
        applications.forEach(it -> Use.by(it).forEach(elsewhere::remove));
        var projects = elsewhere.stream().map(Use::project).collect(Collectors.toSet());
        for (var application : applications) {
            if (Use.by(application).anyMatch(uses::contains)) {
                refresh(application.id(), false, FetchDemand.NEWEST);
            } else if (projects.contains(application.project())) {
                refresh(application.id(), false, FetchDemand.ANY);
            }
        }
    }

    /// Who wants other images kept current may have mended what was wrong with that, or made a
    /// mistake.
    private void keptOtherwise(Set<ApplicationId> changed) {
        changed.stream()
                .flatMap(it -> store.application(it).stream())
                .filter(
                        it ->
                                isWarned(it)
                                        || !ImageUpdates.problems(it, updaters.list(it)).isEmpty())
                .forEach(it -> refresh(it.id(), false, FetchDemand.ANY));
    }

    private static boolean isWarned(Application application) {
        return Json.array(application.status().tree(), "conditions").stream()
                .anyMatch(it -> Json.string(it, "type").equals(Gathered.IMAGE_WARNING));
    }

    /// Who is made of a commit whose key was taken away stops as soon as it is gone.
    private void signedOtherwise(Set<String> projects) {
        for (var application : applications()) {
            if (projects.contains(application.project())) {
                refresh(application.id(), false, FetchDemand.ANY);
            }
        }
    }

    /// Whoever has a resource of a kind that another rule is for is looked at with it.
    private void judgedOtherwise(BiPredicate<String, String> kinds) {
        for (var entry : store.all()) {
            boolean concerned =
                    Json.array(entry.tree(), "status", "resources").stream()
                            .anyMatch(
                                    it ->
                                            kinds.test(
                                                    Json.string(it, "group"),
                                                    Json.string(it, "kind")));
            if (concerned) {
                refresh(entry.id(), false, FetchDemand.ANY);
            }
        }
    }

    /// Whoever is for a cluster that came, went or is in reach again.
    private void reachable(Predicate<Destination> destinations) {
        for (var application : applications()) {
            if (destinations.test(application.destination())) {
                refresh(application.id(), false, FetchDemand.NEWEST);
            }
        }
    }

    /// Those that can be read: the others have no repository.
    private List<Application> applications() {
        return store.all().stream()
                .filter(Entry.Valid.class::isInstance)
                .map(it -> ((Entry.Valid) it).application())
                .toList();
    }

    /// Whom it concerns is known when they have been looked at. For others nothing is rendered.
    private void refreshAll() {
        store.all().forEach(entry -> refresh(entry.id(), false, FetchDemand.ANY));
    }

    /// It shows in the grounds on which an Application settles: of a sync's own writes, the run
    /// that they bring finds nothing new. Of all but the first nobody need ask what they are.
    private void live(LiveChange change) {
        var concerned =
                change.applications().stream()
                        .map(it -> TrackingId.application(it, controlPlaneNamespace))
                        .filter(it -> !commands.awaitsRun(it))
                        .toList();
        if (!concerned.isEmpty() && matters(change)) {
            concerned.forEach(it -> submit(it, false, FetchDemand.ANY));
        }
    }

    /// Bookkeeping of the API server changes neither sync status nor health, and of other changes
    /// users may know it. What an Application's resources own says only which images run and where
    /// people find them.
    private boolean matters(LiveChange change) {
        if (change.owned()) {
            return !shown(change.before()).equals(shown(change.after()));
        }
        var before = change.before();
        if (before == null) {
            return true;
        }
        var after = change.after();
        return after == null
                || !(updateRules.ignored().onlyIgnored(before, after)
                        && health(before).equals(health(after)));
    }

    /// A field that may change as it likes may still tell how well the resource is.
    private Optional<Health.Status> health(LiveResource resource) {
        return healthRules.assessor().assess(resource, clock.instant()).map(Health::status);
    }

    private static List<List<String>> shown(@Nullable LiveResource resource) {
        if (resource == null) {
            return List.of();
        }
        var info = NodeInfo.of(resource);
        return List.of(info.images(), info.networking().urls());
    }

    private void refresh(ApplicationId application, boolean hard, FetchDemand fetch) {
        settled.forget(application);
        submit(application, hard, fetch);
    }

    private void submit(ApplicationId application, boolean hard, FetchDemand fetch) {
        // Nobody waits for it: the run itself reports what goes wrong.
        var _ = commands.submit(new Refresh(application, hard, fetch, ""));
    }
}
