package io.tiphys.bench;

import io.tiphys.support.GitHost.Traffic;
import java.util.Map;

/// One push.
///
/// @param exact whether those asked and those refreshed are the expected ones
/// @param toLastCommand milliseconds from the answer
/// @param cpuToLastCommand CPU milliseconds of the service, broker and cluster included, from
///     the delivery's sending; to the last status in `cpuToLastStatus`. None if nobody is
///     affected.
/// @param fetch CPU milliseconds of a bare fetch of the same commit; none if the push says
///     which files it changed, and the decision needs no Git
/// @param floor CPU milliseconds of comparing the two trees
record MonorepoPush(
        PushKind kind,
        int applications,
        int refs,
        int round,
        int expected,
        int asked,
        int refreshed,
        boolean exact,
        Traffic git,
        Map<String, Long> requests,
        double toLastCommand,
        double cpuToLastCommand,
        double cpuToLastStatus,
        double fetch,
        double floor) {

    /// Of the decision alone.
    double cpuDecided() {
        return cpuToLastCommand - fetch;
    }

    /// But for watches: a cluster ends each after some minutes, and it is opened anew.
    long requestsInAll() {
        return requests.entrySet().stream()
                .filter(it -> !it.getKey().startsWith("WATCH "))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
