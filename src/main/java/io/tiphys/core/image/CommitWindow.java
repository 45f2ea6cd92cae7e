package io.tiphys.core.image;

import java.time.Duration;

/// How long a commit waits for more that belongs in it. One that comes alone after a quiet time
/// waits for nothing; where more come, they come by hundreds, and not all at the very same time.
public final class CommitWindow {

    /// That anybody waits for others.
    public static final Duration LONGEST = Duration.ofMillis(200);

    /// After the last one, where one did not come alone.
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// A millisecond longer for so many that came: a machine that has hundreds to take may stand
    /// still for a while.
    private static final int EACH_LONGER = 10;

    private static final int MOST_LONGER = 40;

    private CommitWindow() {}

    /// The time in which another one may still come.
    ///
    /// @param waited how long it has
    /// @param sinceLast how long ago the last commit to the same branch was pushed
    /// @param sinceNewest how long ago the newest of its changes came, while edits were made
    /// @param changes that are to be in it by now
    /// @return nothing or less if it waits no longer
    public static Duration left(
            Duration waited, Duration sinceLast, Duration sinceNewest, int changes) {
        var afterLast = LONGEST.minus(sinceLast);
        var longer = Math.min(changes / EACH_LONGER, MOST_LONGER);
        var pause = changes > 1 ? PAUSE.plusMillis(longer).minus(sinceNewest) : Duration.ZERO;
        var wanted = afterLast.compareTo(pause) > 0 ? afterLast : pause;
        var most = LONGEST.minus(waited);
        return wanted.compareTo(most) < 0 ? wanted : most;
    }
}
