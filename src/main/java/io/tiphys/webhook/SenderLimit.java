package io.tiphys.webhook;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How many deliveries each address may send. Everybody has a bucket that fills by the rate and
/// holds ten seconds of it; a delivery takes one out.
final class SenderLimit {

    private static final int SECONDS_IN_BUCKET = 10;
    private static final double NANOS = 1e9;

    /// A stranger with many addresses must not fill the memory. Who was not seen for the longest is
    /// forgotten first, and then has a full bucket again.
    private static final int MOST_SENDERS = 10_000;

    private final int perSecond;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Bucket(double left, long at) {}

    /// @param perSecond zero for no limit
    SenderLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    /// Whether one more may come from this address now.
    boolean admit(String address) {
        return perSecond == 0 || take(address);
    }

    private synchronized boolean take(String address) {
        long now = nanoTime.getAsLong();
        double full = (double) perSecond * SECONDS_IN_BUCKET;
        var bucket = buckets.getOrDefault(address, new Bucket(full, now));
        double left = Math.min(full, bucket.left + (now - bucket.at) / NANOS * perSecond);
        boolean admitted = left >= 1;
        buckets.put(address, new Bucket(admitted ? left - 1 : left, now));
        if (buckets.size() > MOST_SENDERS) {
            buckets.remove(buckets.keySet().iterator().next());
        }
        return admitted;
    }
}
