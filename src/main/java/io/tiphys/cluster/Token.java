package io.tiphys.cluster;

import io.tiphys.core.model.Hidden;
import java.time.Instant;

/// What an API server is shown, until it expires.
///
/// @param expires [Instant#MAX] if nobody says when
public record Token(Hidden text, Instant expires) {}
