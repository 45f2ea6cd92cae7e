package io.tiphys.repo;

import io.tiphys.core.model.Manifest;
import java.util.List;

/// What a folder renders to.
///
/// @param bytes the size of the files that were read
public record Rendered(List<Manifest> manifests, long bytes) {}
