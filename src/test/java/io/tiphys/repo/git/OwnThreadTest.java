package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OwnThreadTest {

    @Test
    void what_a_virtual_thread_asks_for_is_done_on_one_of_the_platform() throws Exception {
        var virtual = new AtomicReference<Boolean>();

        Thread.startVirtualThread(
                        () -> {
                            try {
                                virtual.set(
                                        OwnThread.run(() -> Thread.currentThread().isVirtual()));
                            } catch (IOException impossible) {
                                throw new IllegalStateException(impossible);
                            }
                        })
                .join();

        assertThat(virtual).hasValue(false);
    }

    @Test
    void it_fails_as_the_work_does() {
        var damage = new IOException("damaged");
        var failure = new ManifestFailure("refused");
        var error = new StackOverflowError("too deep");

        assertThatThrownBy(() -> OwnThread.run(() -> fail(damage))).isSameAs(damage);
        assertThatThrownBy(() -> OwnThread.run(() -> fail(failure))).isSameAs(failure);
        assertThatThrownBy(() -> OwnThread.run(() -> fail(error))).isSameAs(error);
    }

    @Test
    void an_interruption_is_passed_on_and_not_forgotten() throws Exception {
        var begun = new CountDownLatch(1);
        var told = new AtomicReference<String>();
        var asking =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        var answer = OwnThread.run(() -> interrupted(begun));
                                        told.set(answer + Thread.currentThread().isInterrupted());
                                    } catch (IOException impossible) {
                                        throw new IllegalStateException(impossible);
                                    }
                                });

        begun.await();
        asking.interrupt();
        asking.join();

        assertThat(told).hasValue("stopped true");
    }

    private static String interrupted(CountDownLatch begun) {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
            return "never ";
        } catch (InterruptedException _) {
            return "stopped ";
        }
    }

    private static String fail(Throwable with) throws IOException {
        switch (with) {
            case IOException damage -> throw damage;
            case RuntimeException failure -> throw failure;
            case Error error -> throw error;
            default -> throw new IllegalArgumentException(with);
        }
    }
}
