package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.PayloadReader;
import java.util.List;

/// Reads GitLab's payloads. Fills itself field by field.
///
/// No push says whether it was forced. The list of files counts as complete all the same, as it
/// does for Argo CD: else it would be of no use.
final class GitLabPayload {

    private final Repository project = new Repository("project.git_http_url");
    private final ChangedPaths paths = new ChangedPaths();
    private final RefList changes = new RefList("changes");

    private String eventName = "";
    private String objectKind = "";
    private String ref = "";
    private String before = "";
    private String after = "";
    private long announcedCommits = Long.MAX_VALUE;

    private long number;
    private String action = "";
    private boolean newCommits;
    private boolean newLabels;
    private final Repository source = new Repository("object_attributes.source.git_http_url");
    private String sourceBranch = "";
    private String targetBranch = "";
    private String head = "";

    private GitLabPayload() {}

    /// @throws io.tiphys.webhook.MalformedDeliveryException if it is no such payload
    static GitLabPayload of(byte[] body) {
        var payload = new GitLabPayload();
        PayloadReader.read(body, payload::root);
        return payload;
    }

    /// What system hooks call it, whose header is the same for all.
    String event() {
        return eventName.isEmpty() ? objectKind : eventName;
    }

    List<GitEvent> pushed(String delivery) {
        return project.pushed(
                origin(delivery),
                Ref.of(Ref.Names.USUAL, ref, before, after),
                paths.paths(),
                paths.isComplete() && announcedCommits <= paths.commits());
    }

    /// All refs of one push to an instance, without files.
    List<GitEvent> updated(String delivery) {
        return changes.pushed(origin(delivery));
    }

    List<GitEvent> mergeRequest(String delivery) {
        return project.changed(
                origin(delivery),
                new PullRequest(
                        Fields.number("object_attributes.iid", number),
                        meaning(),
                        source,
                        Fields.branch("object_attributes.source_branch", sourceBranch),
                        Fields.branch("object_attributes.target_branch", targetBranch),
                        head));
    }

    private static Origin origin(String delivery) {
        return new Origin("gitlab", delivery);
    }

    private String meaning() {
        return switch (action) {
            case "open", "reopen" -> "opened";
            case "close" -> "closed";
            case "merge" -> "merged";
            case "update" -> update();
            default -> "other";
        };
    }

    private String update() {
        if (newCommits) {
            return "updated";
        }
        return newLabels ? "labelled" : "other";
    }

    private void root(PayloadReader json, String name) {
        switch (name) {
            case "event_name" -> eventName = Fields.text(json);
            case "object_kind" -> objectKind = Fields.text(json);
            case "ref" -> ref = json.string();
            case "before" -> before = json.string();
            case "after" -> after = json.string();
            case "total_commits_count" -> announcedCommits = json.number();
            case "commits" -> paths.read(json);
            case "changes" -> {
                // Of a merge request, it is an object with the fields that changed.
                if (json.isArray()) {
                    json.array(() -> change(json));
                } else {
                    Fields.object(json, field -> newLabels |= field.equals("labels"));
                }
            }
            case "project" -> json.object(field -> project(json, field));
            case "object_attributes" -> json.object(field -> attribute(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void project(PayloadReader json, String name) {
        switch (name) {
            case "git_http_url", "git_ssh_url" -> project.add(Fields.text(json));
            case "default_branch" ->
                    project.setDefaultBranch("project.default_branch", Fields.text(json));
            default -> {
                // Of no interest.
            }
        }
    }

    private void change(PayloadReader json) {
        var change = changes.next(project);
        json.object(
                name -> {
                    switch (name) {
                        case "ref" -> change.name = json.string();
                        case "before" -> change.before = json.string();
                        case "after" -> change.after = json.string();
                        default -> {
                            // Of no interest.
                        }
                    }
                });
    }

    private void attribute(PayloadReader json, String name) {
        switch (name) {
            case "iid" -> number = json.number();
            case "action" -> action = Fields.text(json);
            // Only there if the source branch moved.
            case "oldrev" -> newCommits = !json.isNull();
            case "source_branch" -> sourceBranch = json.string();
            case "target_branch" -> targetBranch = json.string();
            case "source" -> Fields.object(json, field -> source(json, field));
            case "last_commit" -> Fields.object(json, field -> lastCommit(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void source(PayloadReader json, String name) {
        if (name.equals("git_http_url") || name.equals("git_ssh_url")) {
            source.add(Fields.text(json));
        }
    }

    private void lastCommit(PayloadReader json, String name) {
        if (name.equals("id")) {
            head = Fields.text(json);
        }
    }
}
