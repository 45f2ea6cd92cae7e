package io.tiphys.core.image;

import java.time.Duration;

/// How long a commit waits for more that belongs in it. One that comes alone after a quiet time
/// waits for nothing.
public final class CommitWindow {

    /// That anybody waits for others.
    public static final Duration LONGEST = Duration.ofMillis(200);

    /// After the last one, where others came from elsewhere.
    private static final Duration PAUSE = Duration.ofMillis(20);

    private CommitWindow() {}

    /// What is known of others that may come.
    public enum Company {
        /// All that one push asks for is there, and nothing else came.
        COMPLETE,
        /// There were several pushes, or it is not known for how many one asks: such come in a row.
        SEVERAL,
        /// Others of the same push are on their way.
        MISSED,
        /// So they are, and some are so far that their edits are made: however long that takes them
        /// all, it is waited for as long as one after the other comes.
        NEAR
    }

    /// The time in which another one may still come.
    ///
    /// @param waited how long it has
    /// @param sinceLast how long ago the last commit to the same branch was pushed
    /// @param sinceNewest how long ago the newest of its changes came
    /// @param company of those changes
    /// @return nothing or less if it waits no longer
    public static Duration left(
            Duration waited, Duration sinceLast, Duration sinceNewest, Company company) {
        var afterLast = LONGEST.minus(sinceLast);
        var forOthers =
                switch (company) {
                    case COMPLETE -> Duration.ZERO;
                    case SEVERAL -> PAUSE.minus(sinceNewest);
                    case MISSED, NEAR -> LONGEST;
                };
        var wanted = afterLast.compareTo(forOthers) > 0 ? afterLast : forOthers;
        var most = LONGEST.minus(company == Company.NEAR ? sinceNewest : waited);
        return wanted.compareTo(most) < 0 ? wanted : most;
    }
}
