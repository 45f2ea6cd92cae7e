package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.PayloadReader;
import java.util.List;

/// Reads the payloads of Bitbucket Data Center, which never list files. Fills itself field by
/// field.
///
/// Its paths differ by transport: `https://host/scm/proj/repo.git` is
/// `ssh://git@host:7999/proj/repo.git`.
final class BitbucketServerPayload {

    private final Repository repository = new Repository("repository.links.clone");
    private final RefList changes =
            new RefList("changes", new Ref.Names("ref.id", "fromHash", "toHash"));

    private long number;
    private final Side from = new Side("fromRef");
    private final Side to = new Side("toRef");

    /// One side of a pull request.
    private static final class Side {
        private final Repository repository;
        private String ref = "";
        private String commit = "";

        private Side(String name) {
            repository = new Repository("pullRequest." + name + ".repository.links.clone");
        }
    }

    private BitbucketServerPayload() {}

    /// @throws io.tiphys.webhook.MalformedDeliveryException if it is no such payload
    static BitbucketServerPayload of(byte[] body) {
        var payload = new BitbucketServerPayload();
        PayloadReader.read(body, payload::root);
        return payload;
    }

    List<GitEvent> pushed(String delivery) {
        return changes.pushed(origin(delivery));
    }

    List<GitEvent> pullRequest(String delivery, String action) {
        return to.repository.changed(
                origin(delivery),
                new PullRequest(
                        Fields.number("pullRequest.id", number),
                        action,
                        from.repository,
                        Fields.branch("pullRequest.fromRef.id", from.ref),
                        Fields.branch("pullRequest.toRef.id", to.ref),
                        from.commit));
    }

    private static Origin origin(String delivery) {
        return new Origin("bitbucketserver", delivery);
    }

    private void root(PayloadReader json, String name) {
        switch (name) {
            case "repository" -> json.object(field -> links(json, field, repository));
            case "changes" -> json.array(() -> change(json));
            case "pullRequest" -> json.object(field -> pullRequest(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private static void links(PayloadReader json, String name, Repository into) {
        if (name.equals("links")) {
            json.object(
                    link -> {
                        if (link.equals("clone")) {
                            json.array(() -> json.object(field -> clone(json, field, into)));
                        }
                    });
        }
    }

    private static void clone(PayloadReader json, String name, Repository into) {
        if (name.equals("href")) {
            into.add(json.string());
        }
    }

    private void change(PayloadReader json) {
        var change = changes.next(repository);
        json.object(
                name -> {
                    switch (name) {
                        case "ref" -> json.object(field -> ref(json, field, change));
                        case "fromHash" -> change.before = json.string();
                        case "toHash" -> change.after = json.string();
                        default -> {
                            // Of no interest.
                        }
                    }
                });
    }

    private static void ref(PayloadReader json, String name, RefList.Entry into) {
        if (name.equals("id")) {
            into.name = json.string();
        }
    }

    private void pullRequest(PayloadReader json, String name) {
        switch (name) {
            case "id" -> number = json.number();
            case "fromRef" -> json.object(field -> side(json, field, from));
            case "toRef" -> json.object(field -> side(json, field, to));
            default -> {
                // Of no interest.
            }
        }
    }

    private static void side(PayloadReader json, String name, Side into) {
        switch (name) {
            case "id" -> into.ref = json.string();
            case "latestCommit" -> into.commit = Fields.text(json);
            case "repository" -> json.object(field -> links(json, field, into.repository));
            default -> {
                // Of no interest.
            }
        }
    }
}
