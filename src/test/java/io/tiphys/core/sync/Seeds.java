package io.tiphys.core.sync;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Seeds of worlds that nobody would write: the first so many, or with `-Dtiphys.test.seed=<seed>`
/// that one alone, which is how one that failed is played again.
final class Seeds {

    private static final String ONE = "tiphys.test.seed";

    private Seeds() {}

    /// @throws AssertionError that names the first seed for which the test fails
    static void each(int count, LongConsumer test) {
        var one = Long.getLong(ONE);
        var seeds = one == null ? LongStream.range(0, count) : LongStream.of(one);
        seeds.forEach(
                seed -> {
                    try {
                        test.accept(seed);
                    } catch (AssertionError | RuntimeException broken) {
                        throw new AssertionError(
                                "seed %d: play it again with -D%s=%d".formatted(seed, ONE, seed),
                                broken);
                    }
                });
    }

    /// Whether what is said of all of them can be said.
    static boolean areAll() {
        return Long.getLong(ONE) == null;
    }
}
