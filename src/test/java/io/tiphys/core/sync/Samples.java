package io.tiphys.core.sync;

import static io.tiphys.support.Sources.aSource;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.health.RuleTable;
import io.tiphys.core.health.UserRules;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Application.Operation;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.model.TargetState.Origin;
import io.tiphys.core.sync.SyncDecision.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Applications and resources for the tests of this room.
final class Samples {

    /// Nothing, of a kustomization.
    static final TargetState TARGET =
            new TargetState(
                    List.of(new Origin("abc", Optional.of(Source.Type.KUSTOMIZE), false)),
                    List.of());

    private Samples() {}

    static Application application(SyncPolicy policy) {
        return application(policy, Application.Status.EMPTY, Optional.empty(), 10);
    }

    static Application application(
            SyncPolicy policy,
            Application.Status status,
            Optional<Operation> operation,
            int historyLimit) {
        return application(
                Sources.of(aSource("https://host/repo", "web", "main")),
                policy,
                status,
                operation,
                historyLimit);
    }

    /// @param status as the custom resource has it
    static Application of(Sources sources, Map<String, Object> status) {
        return application(
                sources,
                new SyncPolicy.Manual(),
                new Application.Status(List.of(), Optional.empty(), status),
                Optional.empty(),
                10);
    }

    private static Application application(
            Sources sources,
            SyncPolicy policy,
            Application.Status status,
            Optional<Operation> operation,
            int historyLimit) {
        return new Application(
                new ApplicationId("argocd", "shop"),
                "7",
                "default",
                sources,
                new Destination(Destination.IN_CLUSTER, "", "shop"),
                policy,
                Set.of(),
                Optional.empty(),
                Map.of(),
                operation,
                status,
                historyLimit);
    }

    /// The same with its own sync options.
    static Application with(Set<String> options, Application application) {
        return new Application(
                application.id(),
                application.resourceVersion(),
                application.project(),
                application.sources(),
                application.destination(),
                application.syncPolicy(),
                options,
                application.namespaceMetadata(),
                application.annotations(),
                application.operation(),
                application.status(),
                application.historyLimit());
    }

    static Application after(Application application, LastOperation last) {
        return application(
                application.syncPolicy(),
                new Application.Status(List.of(), Optional.of(last), Map.of()),
                application.operation(),
                application.historyLimit());
    }

    static Application annotated(Application it, Map<String, String> annotations) {
        return new Application(
                it.id(),
                it.resourceVersion(),
                it.project(),
                it.sources(),
                it.destination(),
                it.syncPolicy(),
                it.syncOptions(),
                it.namespaceMetadata(),
                annotations,
                it.operation(),
                it.status(),
                it.historyLimit());
    }

    static Operation operation(boolean prune, boolean dryRun) {
        var sync = new LinkedHashMap<String, Object>();
        if (prune) {
            sync.put("prune", true);
        }
        if (dryRun) {
            sync.put("dryRun", true);
        }
        var initiatedBy = Map.<String, Object>of("username", "ada");
        return new Operation(
                Optional.empty(),
                List.of(),
                prune,
                dryRun,
                initiatedBy,
                Map.of("sync", sync, "initiatedBy", initiatedBy));
    }

    /// An automated sync that has just begun.
    static OperationState begun(
            Application application, Comparison comparison, boolean prune, Trigger trigger) {
        return OperationState.begin(
                application,
                decision("abc", comparison, prune, trigger),
                Instant.parse("2025-12-31T00:00:00Z"));
    }

    /// @param trigger self-heal: of all that is out of sync
    static SyncDecision.Sync decision(
            String revision, Comparison comparison, boolean prune, Trigger trigger) {
        return new SyncDecision.Sync(
                List.of(revision),
                prune,
                trigger,
                "because",
                trigger == Trigger.SELF_HEAL
                        ? comparison.outOfSync().stream().map(Comparison.Resource::key).toList()
                        : List.of());
    }

    /// One that is asked for in version 1, as [FakeCluster] holds them.
    static Manifest manifest(String kind, Map<String, Object> metadata) {
        var apiVersions =
                Map.of(
                        "ConfigMap", "v1",
                        "Deployment", "apps/v1",
                        "Job", "batch/v1",
                        "CustomResourceDefinition", "apiextensions.k8s.io/v1");
        return new Manifest(
                Map.of(
                        "apiVersion",
                        apiVersions.get(kind),
                        "kind",
                        kind,
                        "metadata",
                        metadata,
                        "spec",
                        Map.of("version", 1)),
                "");
    }

    static Map<String, Object> object(String apiVersion, String kind, String name) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", name);
        metadata.put("namespace", "shop");
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.put("metadata", metadata);
        return object;
    }

    static Map<String, Object> annotated(Map<String, Object> object, String name, String value) {
        return Json.with(object, value, "metadata", "annotations", name);
    }

    static final HealthAssessor ASSESSOR =
            new HealthAssessor(UserRules.none(), RuleTable.of(Map.of()), false);

    /// What lives, by the rules that are built in.
    static Observation observed(Map<ResourceKey, LiveResource> live, Instant now) {
        return new Observation(live, ASSESSOR, now);
    }

    /// The health of a comparison, by the rules that are built in.
    static ApplicationHealth health(Comparison comparison) {
        var self = new ResourceKey("argoproj.io", "Application", "argocd", "self");
        return ApplicationHealth.of(comparison, ASSESSOR, self, Instant.EPOCH);
    }

    /// What a comparison is made of: targets beside live objects, each by its whole tree.
    static final class World {

        private final List<Manifest> targets = new ArrayList<>();
        private final Map<ResourceKey, LiveResource> live = new HashMap<>();

        World target(Map<String, Object> object) {
            targets.add(new Manifest(object, ""));
            return this;
        }

        World live(Map<String, Object> object) {
            var resource = LiveResource.of(object);
            live.put(resource.key(), resource);
            return this;
        }

        World inSync(String name) {
            return target(object("v1", "ConfigMap", name)).live(object("v1", "ConfigMap", name));
        }

        World missing(String name) {
            return target(object("v1", "ConfigMap", name));
        }

        World extra(String name) {
            return live(object("v1", "ConfigMap", name));
        }

        Comparison compare() {
            return Comparison.of(targets, live);
        }
    }
}
