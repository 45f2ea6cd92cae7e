/// Deliveries in: verify, parse, publish. [WebhookRoutes] is the front door, [Reception] the
/// order of work behind it; the senders' dialects are beans of the child rooms `git` and
/// `registry`.
///
/// A delivery is answered 202 only once the broker has every event of it. May import `core`,
/// `channel` and `store`.
@NullMarked
package io.tiphys.webhook;

import org.jspecify.annotations.NullMarked;
