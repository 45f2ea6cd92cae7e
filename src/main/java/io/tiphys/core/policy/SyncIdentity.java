package io.tiphys.core.policy;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ServiceAccountRule;
import java.util.Map;

/// As whom an Application is synced.
public sealed interface SyncIdentity {

    /// As the service itself.
    record Own() implements SyncIdentity {}

    /// @param user such as `system:serviceaccount:shop:deployer`
    record Account(String user) implements SyncIdentity {}

    /// As nobody.
    ///
    /// @param problem in Argo CD's words
    record None(String problem) implements SyncIdentity {}

    /// @param settings of `argocd-cm`, by which the service impersonates or not
    static SyncIdentity of(
            Map<String, String> settings,
            Project project,
            ApplicationId application,
            Destination destination,
            DestinationCluster cluster) {
        if (!"true".equals(settings.get("application.sync.impersonation.enabled"))) {
            return new Own();
        }
        var namespace = destination.namespace();
        var own = namespace.isEmpty() ? application.namespace() : namespace;
        return project.accounts().stream()
                .filter(it -> it.server().matches(cluster.server()))
                .filter(it -> it.namespace().matches(namespace))
                .map(ServiceAccountRule::account)
                .findFirst()
                .<SyncIdentity>map(it -> new Account(user(it, own)))
                .orElseGet(
                        () ->
                                "false"
                                                .equals(
                                                        settings.get(
                                                                "application.sync.impersonation.enforced"))
                                        ? new Own()
                                        : new None(
                                                "no matching service account found for destination server %s and namespace %s"
                                                        .formatted(cluster.server(), namespace)));
    }

    private static String user(String account, String namespace) {
        return "system:serviceaccount:"
                + (account.contains(":") ? account : namespace + ":" + account);
    }
}
