package io.tiphys.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the service must keep running: sources in Git, a destination, and how to sync.
///
/// @param resourceVersion of the custom resource that it was read from
/// @param syncOptions application-wide options as written, such as `CreateNamespace=true`
/// @param namespaceMetadata what the destination's namespace is to have, where it is managed
/// @param operation a sync that somebody asked for by writing `.operation`
/// @param status what the service wrote last
/// @param historyLimit how many past deployments the status keeps
public record Application(
        ApplicationId id,
        String resourceVersion,
        String project,
        Sources sources,
        Destination destination,
        SyncPolicy syncPolicy,
        Set<String> syncOptions,
        Optional<NamespaceMetadata> namespaceMetadata,
        Map<String, String> annotations,
        Optional<Operation> operation,
        Status status,
        int historyLimit) {

    /// The same with what an operation syncs, where that is something else than it says itself.
    public Application withSources(Sources others) {
        return new Application(
                id,
                resourceVersion,
                project,
                others,
                destination,
                syncPolicy,
                syncOptions,
                namespaceMetadata,
                annotations,
                operation,
                status,
                historyLimit);
    }

    /// Whether the newest sync gave the namespace other metadata than it is to have. Without a sync
    /// it did not.
    ///
    /// @param status as the custom resource has it
    public boolean hasOtherNamespaceMetadata(Map<String, Object> status) {
        var result = Json.object(status, "operationState", "syncResult");
        return !result.isEmpty()
                && namespaceMetadata
                        .filter(
                                it ->
                                        !it.tree()
                                                .equals(
                                                        Json.object(
                                                                result,
                                                                "managedNamespaceMetadata")))
                        .isPresent();
    }

    /// A sync that was asked for.
    ///
    /// @param sources to sync, as a rollback names them; empty for the Application's own
    /// @param revisions to sync, one a source; empty for the sources' own target revisions
    /// @param initiatedBy who asked, as Argo CD's object has it
    /// @param tree the whole operation as it was written, to be kept in the operation's state
    public record Operation(
            Optional<Sources> sources,
            List<String> revisions,
            boolean prune,
            boolean dryRun,
            Map<String, Object> initiatedBy,
            Map<String, Object> tree) {

        /// Whether it syncs something else than the Application says itself.
        public boolean deviates() {
            return sources.isPresent() || !revisions.isEmpty() || !manifests(tree).isEmpty();
        }

        /// The manifests that an operation brings itself, each as JSON text; empty if it syncs what
        /// the sources declare.
        ///
        /// @param tree the whole operation as it was written
        public static List<Object> manifests(Map<String, Object> tree) {
            return Json.array(tree, "sync", "manifests");
        }
    }

    /// The part of the status that decisions rest on, and the whole of it as it stands.
    ///
    /// @param resources what the last comparison knew, so that a prune survives a restart
    /// @param lastOperation the newest finished or interrupted operation
    public record Status(
            List<ResourceKey> resources,
            Optional<LastOperation> lastOperation,
            Map<String, Object> tree) {

        public static final Status EMPTY = new Status(List.of(), Optional.empty(), Map.of());
    }

    /// How the newest operation ended.
    ///
    /// @param phase Running, Succeeded, Failed or Error
    /// @param revisions that it synced, one a source
    /// @param sources that it synced, as they were written; empty if that is not known
    /// @param message in which it says how it ended
    public record LastOperation(
            String phase,
            List<String> revisions,
            List<Map<String, Object>> sources,
            String message) {

        /// Whether it tried the same: what the sources follow may have other names.
        public boolean tried(Sources now, List<String> revisions) {
            return this.revisions.equals(revisions)
                    && (sources.isEmpty() || pinned(sources).equals(pinned(now.trees())));
        }

        private static List<Map<String, Object>> pinned(List<Map<String, Object>> sources) {
            return sources.stream().map(it -> Json.without(it, "targetRevision")).toList();
        }

        public boolean succeeded() {
            return phase.equals("Succeeded");
        }

        public boolean failed() {
            return phase.equals("Failed") || phase.equals("Error");
        }
    }
}
