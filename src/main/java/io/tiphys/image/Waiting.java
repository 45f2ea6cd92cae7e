package io.tiphys.image;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.image.Companions.Push;
import io.tiphys.repo.Repository.Written;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A request that waits for its commit, and what becomes of it. What is not final is guarded by the
/// turn of its queue.
final class Waiting {

    final BranchCommits.Request request;
    final WriteBack asked;
    final Push push;
    final long came = System.nanoTime();
    List<CommitStyle.Change> changes = List.of();
    @Nullable RuntimeException failure;
    @Nullable Written written;
    String note = "";

    private final Optional<MadeEdit> early;

    /// Whether what it added to files was made before its turn.
    private boolean unchecked;

    private final FutureTask<Boolean> check;

    /// @param early what came of it before its turn, not checked yet
    Waiting(BranchCommits.Request request, WriteBack asked, Optional<MadeEdit> early) {
        this.request = request;
        this.asked = asked;
        this.early = early;
        push = Push.of(asked);
        check = new FutureTask<>(() -> early.isEmpty() || early.get().isSound());
    }

    /// Finds out whether what was made before its turn is as it was meant, if nobody has.
    void check() {
        check.run();
    }

    /// Adds its edits to files, or notes the failure, of whatever kind: it must not keep the others
    /// from their commit.
    void edit(EditedFiles files) {
        var ahead =
                early.filter(it -> !check.isDone() || isEarlySound())
                        .filter(it -> files.bear(it.files()));
        unchecked = ahead.isPresent();
        var made = ahead.orElseGet(() -> MadeEdit.of(files.beside(), request).checked());
        changes = made.changes();
        failure = made.failure();
        if (made.failure() == null) {
            files.add(made.files());
        }
    }

    /// Whether what it added to files is as it was meant. If not, it is made anew the next time.
    boolean isSound() {
        return !unchecked || isEarlySound();
    }

    private boolean isEarlySound() {
        check.run();
        try {
            return check.get();
        } catch (ExecutionException _) {
            // Made anew, it fails where that is told.
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
