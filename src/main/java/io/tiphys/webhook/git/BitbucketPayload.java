package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.PayloadReader;
import java.util.List;

/// Reads the payloads of Bitbucket in the cloud, which never list files. Fills itself field by
/// field.
final class BitbucketPayload {

    private final Repository repository = new Repository("repository.links.html.href");
    private final RefList changes =
            new RefList(
                    "push.changes",
                    new Ref.Names("new.name", "old.target.hash", "new.target.hash"));

    private long number;
    private final Branch source = new Branch();
    private final Branch destination = new Branch();

    /// One side of a pull request.
    private static final class Branch {
        private String name = "";
        private String commit = "";
        private final Repository repository =
                new Repository("pullrequest.source.repository.links.html.href");
    }

    private BitbucketPayload() {}

    /// @throws io.tiphys.webhook.MalformedDeliveryException if it is no such payload
    static BitbucketPayload of(byte[] body) {
        var payload = new BitbucketPayload();
        PayloadReader.read(body, payload::root);
        return payload;
    }

    List<GitEvent> pushed(String delivery) {
        return changes.pushed(origin(delivery));
    }

    List<GitEvent> pullRequest(String delivery, String action) {
        return repository.changed(
                origin(delivery),
                new PullRequest(
                        Fields.number("pullrequest.id", number),
                        action,
                        source.repository,
                        Fields.branch("pullrequest.source.branch.name", source.name),
                        Fields.branch("pullrequest.destination.branch.name", destination.name),
                        source.commit));
    }

    private static Origin origin(String delivery) {
        return new Origin("bitbucket", delivery);
    }

    private void root(PayloadReader json, String name) {
        switch (name) {
            case "repository" -> json.object(field -> links(json, field, repository));
            case "push" -> json.object(field -> push(json, field));
            case "pullrequest" -> json.object(field -> pullRequest(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private static void links(PayloadReader json, String name, Repository into) {
        if (name.equals("links")) {
            json.object(
                    link -> {
                        if (link.equals("html")) {
                            json.object(
                                    field -> {
                                        if (field.equals("href")) {
                                            into.add(json.string());
                                        }
                                    });
                        }
                    });
        }
    }

    private void push(PayloadReader json, String name) {
        if (name.equals("changes")) {
            json.array(() -> change(json));
        }
    }

    /// Of a new ref, the old one is null, and of one that is gone, the new one.
    private void change(PayloadReader json) {
        var old = new Tip();
        var now = new Tip();
        json.object(
                name -> {
                    switch (name) {
                        case "old" -> Fields.object(json, field -> old.read(json, field));
                        case "new" -> Fields.object(json, field -> now.read(json, field));
                        default -> {
                            // Of no interest.
                        }
                    }
                });
        var change = changes.next(repository);
        change.name = now.ref().isEmpty() ? old.ref() : now.ref();
        change.before = old.commit();
        change.after = now.commit();
    }

    private void pullRequest(PayloadReader json, String name) {
        switch (name) {
            case "id" -> number = json.number();
            case "source" -> json.object(field -> side(json, field, source));
            case "destination" -> json.object(field -> side(json, field, destination));
            default -> {
                // Of no interest.
            }
        }
    }

    private static void side(PayloadReader json, String name, Branch into) {
        switch (name) {
            case "branch" ->
                    json.object(
                            field -> {
                                if (field.equals("name")) {
                                    into.name = json.string();
                                }
                            });
            case "commit" ->
                    Fields.object(
                            json,
                            field -> {
                                if (field.equals("hash")) {
                                    into.commit = Fields.text(json);
                                }
                            });
            case "repository" -> Fields.object(json, field -> links(json, field, into.repository));
            default -> {
                // Of no interest.
            }
        }
    }

    /// What a ref names.
    private static final class Tip {

        private boolean isThere;
        private String type = "";
        private String name = "";
        private String hash = "";

        void read(PayloadReader json, String field) {
            isThere = true;
            switch (field) {
                case "type" -> type = Fields.text(json);
                case "name" -> name = json.string();
                case "target" -> json.object(inner -> target(json, inner));
                default -> {
                    // Of no interest.
                }
            }
        }

        private void target(PayloadReader json, String field) {
            if (field.equals("hash")) {
                hash = json.string();
            }
        }

        String ref() {
            if (name.isEmpty()) {
                return "";
            }
            return (type.equals("tag") ? Fields.TAGS : Fields.HEADS) + name;
        }

        String commit() {
            return isThere ? hash : Fields.NO_COMMIT;
        }
    }
}
