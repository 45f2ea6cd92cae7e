package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.PayloadReader;
import java.util.List;

/// Reads the payloads of Azure DevOps, which never list files. Fills itself field by field.
final class AzureDevOpsPayload {

    private final Repository repository = new Repository("resource.repository.remoteUrl");
    private final RefList updates =
            new RefList("resource.refUpdates", new Ref.Names("name", "oldObjectId", "newObjectId"));

    private String id = "";
    private String event = "";

    private long number;
    private String status = "";
    private String sourceRef = "";
    private String targetRef = "";
    private String head = "";
    private final Repository fork = new Repository("resource.forkSource.repository.remoteUrl");
    private boolean isFromFork;

    private AzureDevOpsPayload() {}

    /// @throws io.tiphys.webhook.MalformedDeliveryException if it is no such payload
    static AzureDevOpsPayload of(byte[] body) {
        var payload = new AzureDevOpsPayload();
        PayloadReader.read(body, payload::root);
        return payload;
    }

    String id() {
        return id;
    }

    String event() {
        return Fields.plainText("eventType", event);
    }

    List<GitEvent> pushed(String delivery) {
        return updates.pushed(origin(delivery));
    }

    /// @param happened the last part of the event's name
    List<GitEvent> pullRequest(String delivery, String happened) {
        return repository.changed(
                origin(delivery),
                new PullRequest(
                        Fields.number("resource.pullRequestId", number),
                        action(happened),
                        isFromFork ? fork : repository,
                        Fields.branch("resource.sourceRefName", sourceRef),
                        Fields.branch("resource.targetRefName", targetRef),
                        head));
    }

    private static Origin origin(String delivery) {
        return new Origin("azuredevops", delivery);
    }

    /// That it was merged may mean that this was only tried; its status tells.
    private String action(String happened) {
        return switch (status) {
            case "completed" -> "merged";
            case "abandoned" -> "closed";
            default ->
                    switch (happened) {
                        case "created" -> "opened";
                        case "updated" -> "updated";
                        default -> "other";
                    };
        };
    }

    private void root(PayloadReader json, String name) {
        switch (name) {
            case "id" -> id = Fields.text(json);
            case "eventType" -> event = json.string();
            case "resource" -> Fields.object(json, field -> resource(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void resource(PayloadReader json, String name) {
        switch (name) {
            case "refUpdates" -> Fields.array(json, () -> update(json));
            case "repository" -> Fields.object(json, field -> repository(json, field, repository));
            case "forkSource" -> Fields.object(json, field -> fork(json, field));
            case "pullRequestId" -> number = json.number();
            case "status" -> status = Fields.text(json);
            case "sourceRefName" -> sourceRef = json.string();
            case "targetRefName" -> targetRef = json.string();
            case "lastMergeSourceCommit" -> Fields.object(json, field -> commit(json, field));
            default -> {
                // Of no interest.
            }
        }
    }

    private void update(PayloadReader json) {
        var update = updates.next(repository);
        json.object(
                name -> {
                    switch (name) {
                        case "name" -> update.name = json.string();
                        case "oldObjectId" -> update.before = json.string();
                        case "newObjectId" -> update.after = json.string();
                        default -> {
                            // Of no interest.
                        }
                    }
                });
    }

    private static void repository(PayloadReader json, String name, Repository into) {
        switch (name) {
            case "remoteUrl" -> AzureDevOpsAddresses.of(json.string()).forEach(into::add);
            case "sshUrl" -> into.add(Fields.text(json));
            case "defaultBranch" ->
                    into.setDefaultBranch("resource.repository.defaultBranch", Fields.text(json));
            default -> {
                // Of no interest.
            }
        }
    }

    private void fork(PayloadReader json, String name) {
        isFromFork = true;
        if (name.equals("repository")) {
            Fields.object(json, field -> repository(json, field, fork));
        }
    }

    private void commit(PayloadReader json, String name) {
        if (name.equals("commitId")) {
            head = Fields.text(json);
        }
    }
}
