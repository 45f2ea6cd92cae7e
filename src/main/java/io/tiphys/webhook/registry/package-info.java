/// The dialects of container registries: payloads to [io.tiphys.core.event.ImageEvent]. One class a
/// registry knows its authentication, one beside it reads its payload.
@NullMarked
package io.tiphys.webhook.registry;

import org.jspecify.annotations.NullMarked;
