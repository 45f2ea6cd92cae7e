package io.tiphys.pipeline;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Time, chance and threads, for what is done now and then.
interface Timing {

    Instant now();

    /// Does something later. It must not take long.
    void after(Duration delay, Runnable task);

    /// Does something at once that may take long.
    void run(Runnable task);

    /// From 0 to less than 1.
    double chance();

    /// The real ones.
    @Singleton
    final class Clockwork implements Timing {

        /// What comes after the end is dropped.
        private final ScheduledExecutorService timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofPlatform().name("tiphys-poll").daemon().factory(),
                        new ThreadPoolExecutor.DiscardPolicy());

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void after(Duration delay, Runnable task) {
            var _ = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void run(Runnable task) {
            Thread.ofVirtual().name("poll").start(task);
        }

        @Override
        public double chance() {
            return ThreadLocalRandom.current().nextDouble();
        }

        @PreDestroy
        void close() {
            timer.shutdownNow();
        }
    }
}
