package io.tiphys.repo;

import io.tiphys.core.model.ToolSettings;
import java.util.List;

/// What manifests may depend on beside their source: for whom and for which cluster they are made.
///
/// @param application its name, as tracking has it: with its namespace in front if that is not the
///     control plane's
/// @param namespace the destination's; empty if manifests name their own
/// @param kubeVersion the destination cluster's, such as `v1.35.2`; empty if not known
/// @param apiVersions what the destination cluster offers, as `group/version` and
///     `group/version/Kind`, in order
/// @param declaredPaths what alone its manifests depend on, as the annotation
///     `manifest-generate-paths` has it; empty if its author does not say
/// @param tools what all Applications' tools are told
public record Build(
        String application,
        String project,
        String namespace,
        String kubeVersion,
        List<String> apiVersions,
        String declaredPaths,
        ToolSettings tools) {

    /// For an Application that declares no paths, by tools that are told nothing.
    public Build(
            String application,
            String project,
            String namespace,
            String kubeVersion,
            List<String> apiVersions) {
        this(application, project, namespace, kubeVersion, apiVersions, "", ToolSettings.DEFAULT);
    }
}
