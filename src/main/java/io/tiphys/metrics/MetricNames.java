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

    private MetricNames() {}
}
