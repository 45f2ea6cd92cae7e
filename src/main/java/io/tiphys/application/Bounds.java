package io.tiphys.application;

import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.policy.ProjectRules;
import io.tiphys.core.policy.SyncIdentity;
import java.util.Optional;

/// What an Application may do: its project, where it is deployed to, and as whom.
record Bounds(Project project, DestinationCluster cluster, SyncIdentity identity) {

    /// Why it may not have a resource; empty if it may.
    Optional<String> refusal(ResourceKey key) {
        return ProjectRules.refusal(project, cluster, key);
    }
}
