package io.tiphys.repo.git;

import java.io.IOException;
import java.util.concurrent.FutureTask;

/// Has what is asked for on a virtual thread done on one of the platform. Where hundreds of virtual
/// threads are ready, one that waits for a host would stand behind all of them again with each
/// answer. And the JDK's streams, which begin with a small buffer on a virtual thread and let it
/// grow by what is written, make JGit copy the index of a pack with each byte of it.
final class OwnThread {

    private OwnThread() {}

    /// Returns when it is done, and fails as it does. An interruption is passed on.
    static <T> T run(GitMirror.Work<T> work) throws IOException {
        var task = new FutureTask<>(work::run);
        join(Thread.ofPlatform().name("tiphys-git").daemon().start(task));
        if (task.state() == FutureTask.State.SUCCESS) {
            return task.resultNow();
        }
        switch (task.exceptionNow()) {
            case IOException damage -> throw damage;
            case RuntimeException failure -> throw failure;
            case Error error -> throw error;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
