package io.tiphys.core.event;

import static io.tiphys.core.event.Faults.MAX_NAME;

import io.tiphys.core.model.RefName;
import io.tiphys.core.model.RepositoryUrl;
import java.util.List;
import java.util.Set;

/// Says what is wrong with a Git event, for whoever made it. `kafka/schemas` says the same as far
/// as a schema can.
public final class GitEventFaults {

    private static final String HEADS = "refs/heads/";
    private static final int MAX_PATHS = 10_000;
    private static final int MAX_PATH = 16 * 1024;

    private static final int SHA1_DIGITS = 40;
    private static final int SHA256_DIGITS = 64;

    /// Which characters of ASCII are digits of a commit's id.
    private static final boolean[] HEXADECIMAL = new boolean[128];

    static {
        "0123456789abcdef".chars().forEach(it -> HEXADECIMAL[it] = true);
    }

    private static final Set<String> ACTIONS =
            Set.of("opened", "updated", "labelled", "closed", "merged", "other");

    private static final String REPOSITORY =
            "a repository such as github.com/acme/shop: host and path in lower case, without"
                    + " scheme, user or .git";
    private static final String A_COMMIT = "a commit: 40 or 64 hexadecimal digits in lower case";
    private static final String BEFORE = A_COMMIT + ", all zeros if the ref is new";
    private static final String AFTER = A_COMMIT + ", all zeros if the ref is gone";
    private static final String PATHS =
            "at most "
                    + MAX_PATHS
                    + " paths of files relative to the repository's root, without . or .. and no"
                    + " longer than "
                    + MAX_PATH
                    + " characters";
    private static final String BRANCH = "the short name of a branch such as main";

    private GitEventFaults() {}

    /// @return a sentence a field, empty if nothing is wrong
    public static List<String> of(GitEvent event) {
        var faults = new Faults();
        faults.checkOrigin(event.id(), event.provider());
        faults.check("repository", isRepository(event.repository()), REPOSITORY);
        switch (event) {
            case GitEvent.Pushed push -> check(push, faults);
            case GitEvent.PullRequestChanged change -> check(change, faults);
        }
        return faults.found();
    }

    private static void check(GitEvent.Pushed push, Faults faults) {
        faults.check(
                "ref",
                isRef(push.ref()),
                "the full name of a ref, such as refs/heads/main, as Git allows it");
        faults.check("before", isCommit(push.before()), BEFORE);
        faults.check("after", isCommit(push.after()), AFTER);
        faults.check(
                "changedPaths",
                push.changedPaths().size() <= MAX_PATHS && arePaths(push.changedPaths()),
                PATHS);
        faults.checkOptional(
                "defaultBranch", push.defaultBranch(), GitEventFaults::isBranch, BRANCH);
    }

    private static void check(GitEvent.PullRequestChanged change, Faults faults) {
        faults.check("number", change.number() > 0, "1 or more");
        faults.check(
                "action",
                ACTIONS.contains(change.action()),
                "one of opened, updated, labelled, closed, merged, other");
        faults.checkOptional(
                "sourceRepository",
                change.sourceRepository(),
                GitEventFaults::isRepository,
                REPOSITORY);
        faults.check("sourceBranch", isBranch(change.sourceBranch()), BRANCH);
        faults.check("targetBranch", isBranch(change.targetBranch()), BRANCH);
        faults.checkOptional("head", change.head(), GitEventFaults::isCommit, A_COMMIT);
    }

    /// Whether it is a repository's canonical URL.
    public static boolean isRepository(String text) {
        return Faults.isText(text, MAX_NAME) && RepositoryUrl.isCanonical(text);
    }

    /// Whether it is a ref's full name.
    public static boolean isRef(String text) {
        return RefName.isFull(text, MAX_NAME);
    }

    /// Whether it is the short name of a branch.
    public static boolean isBranch(String text) {
        return RefName.isFull(HEADS + text, HEADS.length() + MAX_NAME);
    }

    // Plain loops from here on: this is asked of every event, and one may list thousands of files.

    /// Whether it is a whole id in lower case, of either length.
    public static boolean isCommit(String text) {
        if (text.length() != SHA1_DIGITS && text.length() != SHA256_DIGITS) {
            return false;
        }
        // No branch a digit: digits and letters come at random, and a processor that guesses which
        // is wrong at every other one.
        boolean fits = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            fits &= c < HEXADECIMAL.length && HEXADECIMAL[c];
        }
        return fits;
    }

    private static boolean arePaths(List<String> paths) {
        for (var path : paths) {
            if (!isPath(path)) {
                return false;
            }
        }
        return true;
    }

    /// Anything that Git itself can hold: it has neither empty steps nor ones that lead back.
    public static boolean isPath(String path) {
        if (path.length() > MAX_PATH) {
            return false;
        }
        int step = 0;
        int point;
        for (int i = 0; i < path.length(); i += Character.charCount(point)) {
            point = path.codePointAt(i);
            if (point == 0 || Faults.isHalf(point) || (point == '/' && !isStep(path, step, i))) {
                return false;
            }
            step = point == '/' ? i + 1 : step;
        }
        return isStep(path, step, path.length());
    }

    private static boolean isStep(String path, int from, int to) {
        int length = to - from;
        return length > 2 || (length > 0 && !path.startsWith(length == 1 ? "." : "..", from));
    }
}
