package io.tiphys.store.crd;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Application.Operation;
import io.tiphys.core.model.Application.Status;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.NamespaceMetadata;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncPolicy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads an `argoproj.io/v1alpha1` Application.
public final class ApplicationReader {

    private static final int DEFAULT_HISTORY = 10;

    private ApplicationReader() {}

    /// @throws InvalidSpecException with the sentence that its author should read
    public static Application read(Map<String, Object> tree) {
        var spec = Json.object(tree, "spec");
        return new Application(
                id(tree),
                Json.string(tree, "metadata", "resourceVersion"),
                project(tree),
                Sources.read(spec),
                destination(tree),
                syncPolicy(spec),
                syncOptions(spec),
                namespaceMetadata(spec),
                Json.strings(tree, "metadata", "annotations"),
                operation(tree, syncPolicy(spec)),
                status(tree),
                (int) Json.number(spec, DEFAULT_HISTORY, "revisionHistoryLimit"));
    }

    public static ApplicationId id(Map<String, Object> tree) {
        return new ApplicationId(
                Json.string(tree, "metadata", "namespace"), Json.string(tree, "metadata", "name"));
    }

    /// The name of its project alone.
    public static String project(Map<String, Object> tree) {
        var project = Json.string(tree, "spec", "project");
        return project.isEmpty() ? "default" : project;
    }

    /// The destination alone, as far as it can be read.
    public static Destination destination(Map<String, Object> tree) {
        var destination = Json.object(tree, "spec", "destination");
        return new Destination(
                Json.string(destination, "server"),
                Json.string(destination, "name"),
                Json.string(destination, "namespace"));
    }

    private static SyncPolicy syncPolicy(Map<String, Object> spec) {
        var automated = Json.at(spec, "syncPolicy", "automated");
        if (automated == null || Boolean.FALSE.equals(Json.at(automated, "enabled"))) {
            return new SyncPolicy.Manual();
        }
        return new SyncPolicy.Automated(
                Json.bool(automated, "prune"),
                Json.bool(automated, "selfHeal"),
                Json.bool(automated, "allowEmpty"),
                Json.at(spec, "syncPolicy", "retry") == null
                        ? SyncPolicy.Automated.DEFAULT_RETRY
                        : Json.object(spec, "syncPolicy", "retry"));
    }

    private static Set<String> syncOptions(Map<String, Object> spec) {
        var options = new LinkedHashSet<String>();
        Json.array(spec, "syncPolicy", "syncOptions")
                .forEach(option -> options.add(String.valueOf(option)));
        return options;
    }

    private static Optional<NamespaceMetadata> namespaceMetadata(Map<String, Object> spec) {
        var metadata = Json.at(spec, "syncPolicy", "managedNamespaceMetadata");
        return metadata == null
                ? Optional.empty()
                : Optional.of(
                        new NamespaceMetadata(
                                Json.strings(metadata, "labels"),
                                Json.strings(metadata, "annotations")));
    }

    private static Optional<Operation> operation(Map<String, Object> tree, SyncPolicy policy) {
        var operation = Json.object(tree, "operation");
        if (operation.isEmpty()) {
            return Optional.empty();
        }
        var sync = Json.object(operation, "sync");
        boolean local = !Json.array(sync, "manifests").isEmpty() && !Json.bool(sync, "dryRun");
        if (local && policy instanceof SyncPolicy.Automated) {
            throw new InvalidSpecException(
                    "operation.sync.manifests: cannot use local sync when Automatic Sync Policy is"
                            + " enabled unless for dry run");
        }
        return Optional.of(
                new Operation(
                        sources(sync),
                        revisions(sync),
                        Json.bool(sync, "prune"),
                        Json.bool(sync, "dryRun"),
                        Json.object(operation, "initiatedBy"),
                        operation));
    }

    /// Argo CD's command line sends an empty list where it means none.
    private static Optional<Sources> sources(Map<String, Object> sync) {
        return Json.array(sync, "sources").isEmpty() && Json.object(sync, "source").isEmpty()
                ? Optional.empty()
                : Optional.of(Sources.read("operation.sync", sync));
    }

    private static Status status(Map<String, Object> tree) {
        var status = Json.object(tree, "status");
        var resources =
                Json.array(status, "resources").stream()
                        .map(
                                resource ->
                                        new ResourceKey(
                                                Json.string(resource, "group"),
                                                Json.string(resource, "kind"),
                                                Json.string(resource, "namespace"),
                                                Json.string(resource, "name")))
                        .toList();
        return new Status(resources, lastOperation(status), status);
    }

    private static Optional<LastOperation> lastOperation(Map<String, Object> status) {
        var state = Json.object(status, "operationState");
        // A dry run tried nothing: what automated sync may do does not hang on it.
        if (state.isEmpty() || Json.bool(state, "operation", "sync", "dryRun")) {
            return Optional.empty();
        }
        var result = Json.object(state, "syncResult");
        var synced = revisions(result);
        return Optional.of(
                new LastOperation(
                        Json.string(state, "phase"),
                        synced.isEmpty()
                                ? revisions(Json.object(state, "operation", "sync"))
                                : synced,
                        trees(result),
                        Json.string(state, "message")));
    }

    /// A list counts before a single one, as in the Application itself.
    private static List<String> revisions(Map<String, Object> tree) {
        var one = Json.string(tree, "revision");
        return Json.array(tree, "revisions").isEmpty()
                ? one.isEmpty() ? List.of() : List.of(one)
                : Json.array(tree, "revisions").stream().map(String::valueOf).toList();
    }

    private static List<Map<String, Object>> trees(Map<String, Object> result) {
        var one = Json.object(result, "source");
        return Json.array(result, "sources").isEmpty()
                ? one.isEmpty() ? List.of() : List.of(one)
                : Json.array(result, "sources").stream().map(Json::object).toList();
    }
}
