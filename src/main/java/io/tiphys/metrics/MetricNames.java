package io.tiphys.metrics;

/// Every metric that is ours to name or to keep. `argocd_` names and their labels are Argo CD's:
/// dashboards and alerts depend on them.
final class MetricNames {

    /// 1 for every Application; what is to know stands in the labels.
    static final String APP_INFO = "argocd_app_info";

    /// Finished syncs. Micrometer adds `_total`.
    static final String APP_SYNC = "argocd_app_sync";

    /// Events about Applications, by type. Micrometer adds `_total`.
    static final String APPLICATION_EVENTS = "tiphys_application_events";

    /// 1 for every cluster; its version and name stand in the labels.
    static final String CLUSTER_INFO = "argocd_cluster_info";

    /// 1 for a cluster that is in reach, 0 for one that is not, or that nobody has wanted yet.
    static final String CLUSTER_CONNECTION = "argocd_cluster_connection_status";

    /// Kinds that are watched.
    static final String CLUSTER_KINDS = "argocd_cluster_api_resources";

    /// Resources that are known.
    static final String CLUSTER_RESOURCES = "argocd_cluster_api_resource_objects";

    /// Seconds since all of a cluster was listed.
    static final String CLUSTER_AGE = "argocd_cluster_cache_age_seconds";

    /// What watches have brought. The Prometheus client adds `_total`.
    static final String CLUSTER_EVENTS = "argocd_cluster_events";

    /// 1 for each kind that a cluster does not let us list.
    static final String CLUSTER_REFUSED = "tiphys_cluster_kind_refused";

    private MetricNames() {}
}
