package io.tiphys.core.model;

import java.util.List;

/// What Git declares for an Application at one commit.
///
/// @param revision the full commit id
public record TargetState(String revision, List<Manifest> manifests) {}
