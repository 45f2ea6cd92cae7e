package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadReader;
import java.util.List;

/// Reads the events of Gerrit, which never list files. Fills itself field by field.
final class GerritPayload {

    private static final int SSH_PORT = 29418;

    private final String gerrit;
    private final RefList updates =
            new RefList("refUpdates", new Ref.Names("refName", "oldRev", "newRev"));

    private String event = "";

    private GerritPayload(String gerrit) {
        this.gerrit = gerrit.endsWith("/") ? gerrit.substring(0, gerrit.length() - 1) : gerrit;
    }

    /// @param gerrit its address
    /// @throws MalformedDeliveryException if it is no such payload
    static GerritPayload of(String gerrit, byte[] body) {
        var payload = new GerritPayload(gerrit);
        PayloadReader.read(body, payload::root);
        return payload;
    }

    String event() {
        return Fields.plainText("type", event);
    }

    List<GitEvent> pushed(String delivery) {
        if (!gerrit.startsWith("http")) {
            throw new MalformedDeliveryException(
                    "The parameter 'url' of the webhook's URL should be Gerrit's own address such"
                            + " as https://gerrit.example.com");
        }
        return updates.pushed(new Origin("gerrit", delivery));
    }

    private void root(PayloadReader json, String name) {
        switch (name) {
            case "type" -> event = json.string();
            case "refUpdate" -> update(json);
            case "refUpdates" -> Fields.array(json, () -> update(json));
            default -> {
                // Of no interest.
            }
        }
    }

    private void update(PayloadReader json) {
        var repository = new Repository("refUpdate.project");
        var update = updates.next(repository);
        json.object(
                name -> {
                    switch (name) {
                        case "project" -> addresses(json.string(), repository);
                        case "refName" -> update.name = fullRef(json.string());
                        case "oldRev" -> update.before = json.string();
                        case "newRev" -> update.after = json.string();
                        default -> {
                            // Of no interest.
                        }
                    }
                });
    }

    /// Who signs in clones from below `/a`, and SSH has a port of its own.
    private void addresses(String project, Repository into) {
        if (project.isBlank()) {
            return;
        }
        var host = RepositoryUrl.canonical(gerrit).replaceFirst("(:\\d+)?(/.*)?$", "");
        into.add("ssh://" + host + ":" + SSH_PORT + "/" + project);
        into.add(gerrit + "/a/" + project);
        into.add(gerrit + "/" + project);
    }

    /// Branches may go by their short names.
    private static String fullRef(String name) {
        return name.isEmpty() || name.startsWith("refs/") ? name : Fields.HEADS + name;
    }
}
