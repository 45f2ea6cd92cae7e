package io.tiphys.core.sync;

import io.tiphys.core.sync.SyncPlan.Task;
import java.util.Collection;

/// Judges what the API server says of a resource that is only tried out.
public final class Trial {

    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;

    private Trial() {}

    /// Whether it says that the resource would be refused. What it cannot say now (it is busy, a
    /// webhook does not answer or knows no dry runs) is left for the write to show, and so is what
    /// it misses of that which the same wave is to make.
    ///
    /// @param code the HTTP status; 0 if there was no answer
    /// @param trials all that is tried out together
    public static boolean refuses(int code, String message, Collection<Task> trials) {
        if (message.contains("denied the request")) {
            return true;
        }
        boolean saysNothing =
                code < 400 || code >= 500 || code == CONFLICT || code == TOO_MANY;
        return !saysNothing
                && !message.contains("does not support dry run")
                && !missesOneOf(trials, message);
    }

    private static boolean missesOneOf(Collection<Task> trials, String message) {
        return message.endsWith("not found")
                && trials.stream().anyMatch(it -> message.contains('"' + it.key().name() + '"'));
    }
}
