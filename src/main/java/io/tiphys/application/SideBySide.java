package io.tiphys.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Asks an API server, or has it written to, about several things at once: it is the waiting for
/// answers that takes long.
///
/// @param most how many are under way at a time
record SideBySide(int most) {

    /// @return the results in the order of what was given
    /// @throws IllegalStateException if a deed broke
    <T, R> List<R> each(List<T> given, Function<T, R> deed) {
        if (given.size() < 2) {
            return given.stream().map(deed).toList();
        }
        var results = new AtomicReferenceArray<R>(given.size());
        var next = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < Math.min(most, given.size()); i++) {
                running.add(
                        threads.submit(
                                () -> {
                                    for (int at = next.getAndIncrement();
                                            at < given.size();
                                            at = next.getAndIncrement()) {
                                        results.set(at, deed.apply(given.get(at)));
                                    }
                                }));
            }
            for (var thread : running) {
                thread.get();
            }
            return IntStream.range(0, given.size()).mapToObj(results::get).toList();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the cluster answers", interrupted);
        } catch (ExecutionException unexpected) {
            throw new IllegalStateException("A task of a sync broke", unexpected.getCause());
        }
    }
}
