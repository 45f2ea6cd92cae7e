package io.tiphys.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

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
        var permits = new Semaphore(most);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<R>>();
            for (var one : given) {
                running.add(
                        threads.submit(
                                () -> {
                                    permits.acquire();
                                    try {
                                        return deed.apply(one);
                                    } finally {
                                        permits.release();
                                    }
                                }));
            }
            var results = new ArrayList<R>();
            for (var result : running) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the cluster answers", interrupted);
        } catch (ExecutionException unexpected) {
            throw new IllegalStateException("A task of a sync broke", unexpected.getCause());
        }
    }
}
