/// The only Kafka: topics, keys, the form of the records, publishing, dead letters. Other rooms
/// publish through [EventChannel], read events in batches from [EventReader], and take commands one
/// by one by `@Incoming` with a [Received] payload. [Shard] says which Applications are this
/// replica's.
///
/// Records are CloudEvents 1.0 in Kafka's binary mode: the attributes are headers (`ce_id`, …), the
/// value is JSON. Where [Tracing] is on, they carry the trace of the delivery that they come of, by
/// the W3C's header `traceparent`; whoever does something for an event continues its [Trace].
///
/// May import `core`.
@NullMarked
package io.tiphys.channel;

import org.jspecify.annotations.NullMarked;
