/// The only Kafka: topics, keys, the form of the records, publishing, dead letters. Other rooms
/// publish through [EventChannel], read events in batches from [EventReader], and take commands one
/// by one by `@Incoming` with a [Received] payload.
///
/// Records are CloudEvents 1.0 in Kafka's binary mode: the attributes are headers (`ce_id`, …), the
/// value is JSON. May import `core`.
@NullMarked
package io.tiphys.channel;

import org.jspecify.annotations.NullMarked;
