package io.tiphys.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The same work many times at once.
final class Workers {

    private Workers() {}

    /// What is done with each of some numbers.
    interface Each {
        void accept(int number) throws IOException;
    }

    /// Takes the numbers from 0 in turn. Returns when all are done.
    ///
    /// @throws IOException if one failed
    static void forEach(int count, int numbers, Each work) throws IOException {
        var next = new AtomicInteger();
        run(
                count,
                () -> {
                    for (int n = next.getAndIncrement(); n < numbers; n = next.getAndIncrement()) {
                        work.accept(n);
                    }
                    return null;
                });
    }

    /// Returns when all are done.
    ///
    /// @throws IOException if one failed
    static void run(int count, Callable<@Nullable Void> work) throws IOException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var workers = new ArrayList<Future<?>>();
            for (int i = 0; i < count; i++) {
                workers.add(threads.submit(work));
            }
            for (var worker : workers) {
                worker.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("The load stopped", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }
}
