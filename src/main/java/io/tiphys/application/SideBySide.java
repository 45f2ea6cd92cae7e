package io.tiphys.application;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Asks an API server, or has it written to, about several things at once: it is the waiting for
/// answers that takes long. Some begin, and as long as answers come as fast as the fastest so far,
/// more are asked for at once: a server that is far away bears many, and one that is busy tells by
/// taking its time.
///
/// @param most how many are under way at a time
/// @param nanos the time, from any point on
record SideBySide(int most, LongSupplier nanos) {

    private static final int FIRST = 16;

    SideBySide(int most) {
        this(most, System::nanoTime);
    }

    /// @return the results in the order of what was given
    /// @throws IllegalStateException if a deed broke
    <T, R> List<R> each(List<T> given, Function<T, R> deed) {
        if (given.size() < 2) {
            return given.stream().map(deed).toList();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return new Deeds<>(given, deed, threads).results();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the cluster answers", interrupted);
        } catch (ExecutionException unexpected) {
            throw new IllegalStateException("A task of a sync broke", unexpected.getCause());
        }
    }

    private final class Deeds<T, R> {

        private final List<T> given;
        private final Function<T, R> deed;
        private final ExecutorService threads;
        private final AtomicReferenceArray<R> results;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger doers = new AtomicInteger();
        private final Pace pace = new Pace();
        private final Queue<Future<?>> running = new ConcurrentLinkedQueue<>();

        Deeds(List<T> given, Function<T, R> deed, ExecutorService threads) {
            this.given = given;
            this.deed = deed;
            this.threads = threads;
            results = new AtomicReferenceArray<>(given.size());
        }

        List<R> results() throws InterruptedException, ExecutionException {
            for (int i = 0; i < Math.min(FIRST, given.size()); i++) {
                oneMore();
            }
            // Who has one more begin does so before it ends itself.
            for (var one = running.poll(); one != null; one = running.poll()) {
                one.get();
            }
            return IntStream.range(0, given.size()).mapToObj(results::get).toList();
        }

        private void oneMore() {
            if (next.get() < given.size() && doers.getAndIncrement() < most) {
                running.add(threads.submit(this::work));
            }
        }

        private void work() {
            for (int at = next.getAndIncrement(); at < given.size(); at = next.getAndIncrement()) {
                long began = nanos.getAsLong();
                results.set(at, deed.apply(given.get(at)));
                if (pace.isKept(nanos.getAsLong() - began)) {
                    oneMore();
                }
            }
        }
    }

    /// How fast answers come.
    static final class Pace {

        private final AtomicLong fastest = new AtomicLong(Long.MAX_VALUE);

        /// Whether the newest answer took at most half as long again as the fastest.
        boolean isKept(long took) {
            long best = fastest.accumulateAndGet(took, Math::min);
            return took - best <= best / 2;
        }
    }
}
