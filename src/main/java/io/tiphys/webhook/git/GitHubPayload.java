package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadReader;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// Reads the payload of a GitHub push. Fills itself field by field.
final class GitHubPayload {

    /// GitHub lists no more commits than this.
    private static final int MAX_COMMITS = 2048;

    /// A longer list of paths would make a record that the broker refuses. The rest is left out,
    /// and the list is then marked incomplete.
    private static final int MAX_PATHS = 10_000;

    private static final int MAX_PATH_CHARACTERS = 96 * 1024;

    private String ref = "";
    private String before = "";
    private String after = "";
    private String cloneUrl = "";
    private String defaultBranch = "";
    private int commits;
    private long announcedCommits;
    private int pathCharacters;

    /// Absent: nobody says that it was not forced.
    private boolean maybeForced = true;

    private boolean createdOrDeleted;
    private boolean everyFileListed = true;
    private final SequencedSet<String> paths = new LinkedHashSet<>();

    private GitHubPayload() {}

    /// @throws MalformedDeliveryException if it is no such payload
    static GitEvent.Pushed push(String delivery, byte[] body) {
        var payload = new GitHubPayload();
        PayloadReader.read(body, payload::root);
        return payload.pushed(delivery);
    }

    private void root(PayloadReader json, String name) throws IOException {
        switch (name) {
            case "ref" -> ref = json.string();
            case "before" -> before = json.string();
            case "after" -> after = json.string();
            case "created", "deleted" -> createdOrDeleted |= json.bool();
            case "forced" -> maybeForced = json.bool();
            case "size", "total_commits" ->
                    announcedCommits = Math.max(announcedCommits, json.number());
            case "commits" -> {
                if (!json.isNull()) {
                    json.array(() -> commit(json));
                }
            }
            case "repository" -> json.object(field -> repository(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void repository(PayloadReader json, String name) throws IOException {
        switch (name) {
            case "clone_url" -> cloneUrl = json.string();
            case "default_branch" -> defaultBranch = json.isNull() ? "" : json.string();
            default -> {
                // Of no interest.
            }
        }
    }

    private void commit(PayloadReader json) throws IOException {
        commits++;
        var lists = new int[1];
        json.object(
                name -> {
                    switch (name) {
                        case "added", "modified", "removed" -> {
                            if (!json.isNull()) {
                                lists[0]++;
                                json.array(() -> path(json.string()));
                            }
                        }
                        default -> {
                            // Of no interest.
                        }
                    }
                });
        everyFileListed &= lists[0] == 3;
    }

    private void path(String path) {
        if (paths.size() == MAX_PATHS || pathCharacters + path.length() > MAX_PATH_CHARACTERS) {
            everyFileListed = false;
        } else if (paths.add(path)) {
            pathCharacters += path.length();
        }
    }

    private GitEvent.Pushed pushed(String delivery) {
        requireRef();
        requireCommit("before", before);
        requireCommit("after", after);
        requirePlainText("repository.clone_url", cloneUrl);
        boolean complete =
                everyFileListed
                        && !maybeForced
                        && !createdOrDeleted
                        && !isZero(before)
                        && !isZero(after)
                        && commits > 0
                        && commits < MAX_COMMITS
                        && announcedCommits <= commits;
        return new GitEvent.Pushed(
                delivery + ":" + ref,
                RepositoryUrl.canonical(cloneUrl),
                ref,
                before,
                after,
                List.copyOf(paths),
                complete,
                defaultBranch,
                "github");
    }

    private void requireRef() {
        requirePlainText("ref", ref);
        if (!ref.startsWith("refs/")) {
            throw new MalformedDeliveryException(
                    "The field 'ref' should be a full name such as refs/heads/main");
        }
    }

    private static void requirePlainText(String field, String value) {
        if (value.isBlank()) {
            throw MalformedDeliveryException.missing(field);
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new MalformedDeliveryException(
                    "The field '" + field + "' has control characters");
        }
    }

    private static void requireCommit(String field, String value) {
        if (value.isEmpty()) {
            throw MalformedDeliveryException.missing(field);
        }
        boolean isHash = value.length() == 40 || value.length() == 64;
        if (!isHash || !value.chars().allMatch(GitHubPayload::isHexDigit)) {
            throw new MalformedDeliveryException(
                    "The field '" + field + "' should be a commit: 40 or 64 hexadecimal digits");
        }
    }

    private static boolean isHexDigit(int character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }

    private static boolean isZero(String commit) {
        return commit.chars().allMatch(digit -> digit == '0');
    }
}
