package io.tiphys.core.model;

import java.util.List;

/// What Git declares for an Application at one commit.
///
/// @param revision the full commit id
/// @param type what the manifests were made with
/// @param varies whether the same sources are known to have given other manifests as well
public record TargetState(
        String revision, Source.Type type, List<Manifest> manifests, boolean varies) {}
