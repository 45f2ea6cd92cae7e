package io.tiphys.cluster;

import io.tiphys.core.model.LiveResource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A resource of an Application came, changed or went, or belongs to it no longer. Told once
/// per change, whoever saw it first.
///
/// @param applications the tracking names of those that it belongs or belonged to
/// @param owned whether it belongs to them only through its owners
public record LiveChange(
        Set<String> applications,
        boolean owned,
        @Nullable LiveResource before,
        @Nullable LiveResource after) {}
