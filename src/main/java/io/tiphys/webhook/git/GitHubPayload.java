package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.PayloadReader;
import java.util.List;

/// Reads the payloads of GitHub, and of Gitea, Forgejo and Gogs, who write theirs after it. Fills
/// itself field by field.
final class GitHubPayload {

    /// How a host differs from the others.
    ///
    /// @param saysForced whether it says so of a forced push, and one that says nothing may be one
    /// @param maxCommits a list of so many commits may have been cut, where the payload does not
    ///     say how many there are
    record Habits(String provider, boolean saysForced, int maxCommits) {}

    private final Habits habits;
    private final Repository repository = new Repository("repository.clone_url");
    private final ChangedPaths paths = new ChangedPaths();

    private String ref = "";
    private String refType = "";
    private String sha = "";
    private String before = "";
    private String after = "";
    private long announcedCommits = -1;
    private boolean maybeForced;
    private boolean createdOrDeleted;

    private String action = "";
    private long number;
    private boolean merged;
    private final Repository source = new Repository("pull_request.head.repo.clone_url");
    private String sourceBranch = "";
    private String targetBranch = "";
    private String head = "";

    private GitHubPayload(Habits habits) {
        this.habits = habits;
        maybeForced = habits.saysForced();
    }

    /// @throws io.tiphys.webhook.MalformedDeliveryException if it is no such payload
    static GitHubPayload of(Habits habits, byte[] body) {
        var payload = new GitHubPayload(habits);
        PayloadReader.read(body, payload::root);
        return payload;
    }

    List<GitEvent> pushed(String delivery) {
        var moved = Ref.of(Ref.Names.USUAL, ref, before, after);
        return repository.pushed(origin(delivery), moved, paths.paths(), isComplete());
    }

    /// It is new; of a branch, Gogs does not say at which commit.
    List<GitEvent> created(String delivery) {
        var commit = Fields.commit("sha", sha);
        return repository.pushed(origin(delivery), new Ref(fullRef(), Fields.NO_COMMIT, commit));
    }

    /// Nobody says what it was before.
    List<GitEvent> deleted(String delivery) {
        return repository.pushed(
                origin(delivery), new Ref(fullRef(), Fields.NO_COMMIT, Fields.NO_COMMIT));
    }

    List<GitEvent> pullRequest(String delivery) {
        return repository.changed(
                origin(delivery),
                new PullRequest(
                        Fields.number("number", number),
                        meaning(),
                        source,
                        Fields.branch("pull_request.head.ref", sourceBranch),
                        Fields.branch("pull_request.base.ref", targetBranch),
                        head));
    }

    boolean isTag() {
        return refType.equals("tag");
    }

    private Origin origin(String delivery) {
        return new Origin(habits.provider(), delivery);
    }

    private boolean isComplete() {
        boolean everyCommit =
                announcedCommits < 0
                        ? paths.commits() < habits.maxCommits()
                        : announcedCommits <= paths.commits();
        return paths.isComplete() && everyCommit && !maybeForced && !createdOrDeleted;
    }

    /// Creations and deletions name it short.
    private String fullRef() {
        Fields.plainText("ref", ref);
        if (ref.startsWith("refs/")) {
            return ref;
        }
        return (isTag() ? Fields.TAGS : Fields.HEADS) + ref;
    }

    private String meaning() {
        return switch (action) {
            case "opened", "reopened" -> "opened";
            // The latter is what Gitea and its kin say.
            case "synchronize", "synchronized" -> "updated";
            case "labeled", "unlabeled", "label_updated", "label_cleared" -> "labelled";
            case "closed" -> merged ? "merged" : "closed";
            default -> "other";
        };
    }

    private void root(PayloadReader json, String name) {
        switch (name) {
            case "ref" -> ref = json.string();
            case "ref_type" -> refType = json.string();
            case "sha" -> sha = Fields.text(json);
            case "before" -> before = json.string();
            case "after" -> after = json.string();
            case "created", "deleted" -> createdOrDeleted |= json.bool();
            case "forced" -> maybeForced = json.bool();
            case "size", "total_commits" ->
                    announcedCommits = Math.max(announcedCommits, json.number());
            case "commits" -> paths.read(json);
            case "repository" -> json.object(field -> repository(json, field));
            case "action" -> action = json.string();
            case "number" -> number = json.number();
            case "pull_request" -> json.object(field -> pullRequest(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void repository(PayloadReader json, String name) {
        switch (name) {
            case "clone_url" -> repository.add(json.string());
            case "ssh_url" -> repository.add(Fields.text(json));
            case "default_branch" ->
                    repository.setDefaultBranch("repository.default_branch", Fields.text(json));
            default -> {
                // Of no interest.
            }
        }
    }

    /// Gogs has no objects for the two sides.
    private void pullRequest(PayloadReader json, String name) {
        switch (name) {
            case "merged" -> merged = !json.isNull() && json.bool();
            case "head" -> json.object(field -> head(json, field));
            case "base" -> json.object(field -> base(json, field));
            case "head_branch" -> sourceBranch = json.string();
            case "base_branch" -> targetBranch = json.string();
            case "head_repo" -> Fields.object(json, field -> source(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void head(PayloadReader json, String name) {
        switch (name) {
            case "ref" -> sourceBranch = json.string();
            case "sha" -> head = Fields.text(json);
            case "repo" -> Fields.object(json, field -> source(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void base(PayloadReader json, String name) {
        if (name.equals("ref")) {
            targetBranch = json.string();
        }
    }

    private void source(PayloadReader json, String name) {
        if (name.equals("clone_url")) {
            source.add(json.string());
        }
    }
}
