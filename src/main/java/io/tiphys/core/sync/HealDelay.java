package io.tiphys.core.sync;

import java.time.Duration;

/// How long a heal waits after the last, by how many there were at the same revision: Argo CD's
/// settings, which count only if somebody set them.
///
/// @param once after a sync that was no heal
/// @param first after the first heal
/// @param factor by which each is longer than the one before
/// @param longest of them
public record HealDelay(Duration once, Duration first, long factor, Duration longest) {

    Duration after(long heals) {
        if (heals == 0) {
            return once;
        }
        double delay = (double) first.toMillis() * Math.pow((double) factor, (double) heals - 1);
        return Duration.ofMillis((long) Math.min(delay, (double) longest.toMillis()));
    }
}
