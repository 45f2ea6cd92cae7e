package io.tiphys.core.model;

import java.util.List;
import java.util.Optional;

/// What an Application's sources declare, each at one commit.
///
/// @param origins one a source, in order
public record TargetState(List<Origin> origins, List<Manifest> manifests) {

    /// What came of one source.
    ///
    /// @param revision the full commit id; of a chart its version
    /// @param type what the manifests were made with; empty if none were
    /// @param varies whether the same is known to have given other manifests as well
    public record Origin(String revision, Optional<Source.Type> type, boolean varies) {}

    /// The same with manifests that somebody brought.
    public TargetState withManifests(List<Manifest> others) {
        return new TargetState(origins, others);
    }

    /// One a source, in order.
    public List<String> revisions() {
        return origins.stream().map(Origin::revision).toList();
    }

    /// Whether equal revisions are certain to declare the same: no tool had its say, which may look
    /// at more.
    public boolean ofRevisionsAlone() {
        return origins.stream()
                .allMatch(it -> it.type().orElse(Source.Type.DIRECTORY) == Source.Type.DIRECTORY);
    }

    /// Whether one of the sources does.
    public boolean varies() {
        return origins.stream().anyMatch(Origin::varies);
    }
}
