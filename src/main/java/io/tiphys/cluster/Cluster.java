package io.tiphys.cluster;

import io.tiphys.core.model.ClusterScope;

/// One cluster: what it offers, what runs there, and how to change it.
public record Cluster(
        KubernetesApi api, ResourceTypes types, ClusterCache cache, ResourceApplier applier) {

    static Cluster of(KubernetesApi api) {
        return of(api, ClusterScope.WHOLE);
    }

    static Cluster of(KubernetesApi api, ClusterScope scope) {
        var types = new ResourceTypes(api);
        var cache = new ClusterCache(api, types, scope);
        return new Cluster(api, types, cache, new ResourceApplier(api, types, cache));
    }

    /// The same, changed as another user, whom the service must be allowed to impersonate. What is
    /// there it sees as itself.
    ///
    /// @param user such as `system:serviceaccount:shop:deployer`
    public Cluster as(String user) {
        var other = api.as(user);
        return new Cluster(other, types, cache, new ResourceApplier(other, types, cache));
    }
}
