package io.tiphys.repo.chart;

import java.time.Duration;

/// Whose turn it is to ask a registry.
interface Turns {

    Turns ALWAYS =
            new Turns() {
                @Override
                public void await() {}

                @Override
                public boolean pause(String retryAfter, Duration otherwise) {
                    return false;
                }
            };

    /// Returns when it may be asked.
    void await();

    /// Takes in that it is asked too often.
    ///
    /// @return whether it may be waited for
    boolean pause(String retryAfter, Duration otherwise);
}
