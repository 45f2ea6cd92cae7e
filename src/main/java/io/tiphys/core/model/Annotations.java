package io.tiphys.core.model;

/// The names of annotations that the service reads or writes: Argo CD's, Helm's and its own.
public final class Annotations {

    public static final String REFRESH = "argocd.argoproj.io/refresh";
    public static final String TRACKING_ID = "argocd.argoproj.io/tracking-id";
    public static final String INSTALLATION_ID = "argocd.argoproj.io/installation-id";
    public static final String HOOK = "argocd.argoproj.io/hook";
    public static final String HOOK_DELETE_POLICY = "argocd.argoproj.io/hook-delete-policy";
    public static final String HELM_HOOK = "helm.sh/hook";
    public static final String HELM_HOOK_DELETE_POLICY = "helm.sh/hook-delete-policy";
    public static final String HELM_HOOK_WEIGHT = "helm.sh/hook-weight";

    /// By this a hook says which operation made it, and for which phase.
    public static final String HOOK_RUN = "tiphys.io/hook-run";

    /// `true`: something newer takes the place of an automated sync that fails or waits.
    public static final String SUPERSEDE = "tiphys.io/supersede";

    /// Applications that must be in sync and healthy before this one is synced.
    public static final String DEPENDS_ON = "tiphys.io/depends-on";

    /// On an Application: what becomes of new tags of its images. Of one image's alone it is
    /// `tiphys.io/<alias>.image-updates`.
    public static final String IMAGE_UPDATES = "tiphys.io/image-updates";

    /// On an Application: `alias=tag` of what may be written. Taken off when that is done.
    public static final String IMAGE_APPROVED = "tiphys.io/image-approved";

    /// On an Application, by the service: which new tags are not written, and why.
    public static final String IMAGE_WITHHELD = "tiphys.io/image-withheld";

    /// Helm's: `keep` for what stays when the rest goes.
    public static final String HELM_RESOURCE_POLICY = "helm.sh/resource-policy";

    /// When somebody approved that what asks before it is deleted goes.
    public static final String DELETION_APPROVED = "argocd.argoproj.io/deletion-approved";

    public static final String SYNC_WAVE = "argocd.argoproj.io/sync-wave";
    public static final String SYNC_OPTIONS = "argocd.argoproj.io/sync-options";
    public static final String COMPARE_OPTIONS = "argocd.argoproj.io/compare-options";
    public static final String MANIFEST_GENERATE_PATHS =
            "argocd.argoproj.io/manifest-generate-paths";

    /// On an Application: whose fields, beside kubectl's, were applied client-side.
    public static final String CLIENT_SIDE_APPLY_MANAGER =
            "argocd.argoproj.io/client-side-apply-migration-manager";

    public static final String IGNORE_HEALTHCHECK = "argocd.argoproj.io/ignore-healthcheck";
    public static final String IGNORE_RESTART_POLICY = "argocd.argoproj.io/ignore-restart-policy";

    private Annotations() {}
}
