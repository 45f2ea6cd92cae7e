package io.tiphys.dev;

import java.net.URI;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/// Is told of every ref that a push moved, once others can see it. It is called while the pusher
/// waits, so it puts work of any length aside.
@FunctionalInterface
public interface PushHook {

    void pushed(Repository repository, URI cloneUrl, RefUpdate update);

    /// One ref moved, from `before` (all zeros: it was created) to `after` (all zeros: deleted).
    /// `forced` when commits were left behind.
    record RefUpdate(String ref, ObjectId before, ObjectId after, boolean forced, String pusher) {

        boolean created() {
            return before.equals(ObjectId.zeroId());
        }

        boolean deleted() {
            return after.equals(ObjectId.zeroId());
        }
    }
}
