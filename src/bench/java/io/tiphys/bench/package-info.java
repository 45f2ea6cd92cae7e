/// The benchmarks: the packaged service beside floors that are measured in the same run. An outside
/// observer: it knows the service by what it serves and imports nothing of it. But for
/// [io.tiphys.bench.Renderings], which is about one part of it alone.
///
/// [io.tiphys.bench.Bench] is the command, [io.tiphys.bench.Ingest] and
/// [io.tiphys.bench.PushToLive] are the benchmarks, [io.tiphys.bench.Service] is what they measure.
@NullMarked
package io.tiphys.bench;

import org.jspecify.annotations.NullMarked;
