package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadReader;
import java.util.List;
import java.util.regex.Pattern;

/// Reads what AWS says of CodeCommit: an event of EventBridge, or the records of a trigger. Neither
/// lists files. Fills itself field by field.
final class CodeCommitPayload {

    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,50}");

    private static final Pattern ARN =
            Pattern.compile("arn:[a-z0-9-]+:codecommit:([^:]*):[^:]*:([^:]+)");

    private String id = "";
    private boolean hasRecords;
    private final RefList references = new RefList("references");

    // Of an event of EventBridge.
    private String event = "";
    private String region = "";
    private String name = "";
    private String ref = "";
    private String commit = "";
    private String oldCommit = "";

    private CodeCommitPayload() {}

    /// @throws MalformedDeliveryException if it is no such payload
    static CodeCommitPayload of(byte[] body) {
        var payload = new CodeCommitPayload();
        PayloadReader.read(body, payload::root);
        return payload;
    }

    /// Empty for records, which have one each.
    String id() {
        return id;
    }

    boolean isPush() {
        return hasRecords || event.startsWith("reference");
    }

    List<GitEvent> pushed(String delivery) {
        var origin = new Origin("codecommit", delivery);
        return hasRecords ? references.pushed(origin) : changed(origin);
    }

    private List<GitEvent> changed(Origin origin) {
        var repository = new Repository("detail.repositoryName");
        repository.add(address(region, name));
        return repository.pushed(
                origin,
                Ref.of(
                        new Ref.Names(
                                "detail.referenceFullName",
                                "detail.oldCommitId",
                                "detail.commitId"),
                        ref,
                        event.equals("referenceCreated") ? Fields.NO_COMMIT : before(),
                        event.equals("referenceDeleted") ? Fields.NO_COMMIT : commit));
    }

    /// A deletion may name the commit that it was as the one that it is.
    private String before() {
        if (!oldCommit.isEmpty()) {
            return oldCommit;
        }
        return event.equals("referenceDeleted") && !commit.isEmpty() ? commit : Fields.NO_COMMIT;
    }

    private static String address(String region, String name) {
        if (!REGION.matcher(region).matches()) {
            throw MalformedDeliveryException.missing("region");
        }
        if (name.isBlank()) {
            return "";
        }
        var domain = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
        return "https://git-codecommit." + region + domain + "/v1/repos/" + name;
    }

    private void root(PayloadReader json, String field) {
        switch (field) {
            case "id" -> id = Fields.text(json);
            case "region" -> region = json.string();
            case "detail" -> json.object(inner -> detail(json, inner));
            case "Records" -> {
                hasRecords = true;
                json.array(() -> entry(json));
            }
            default -> {
                // Of no interest.
            }
        }
    }

    private void detail(PayloadReader json, String field) {
        switch (field) {
            case "event" -> event = Fields.text(json);
            case "repositoryName" -> name = json.string();
            case "referenceFullName" -> ref = json.string();
            case "commitId" -> commit = Fields.text(json);
            case "oldCommitId" -> oldCommit = Fields.text(json);
            default -> {
                // Of no interest.
            }
        }
    }

    private void entry(PayloadReader json) {
        var repository = new Repository("Records.eventSourceARN");
        json.object(
                field -> {
                    switch (field) {
                        case "eventSourceARN" -> repository.add(addressOf(json.string()));
                        case "codecommit" ->
                                json.object(inner -> references(json, inner, repository));
                        default -> {
                            // Of no interest.
                        }
                    }
                });
    }

    private static String addressOf(String arn) {
        var parts = ARN.matcher(arn);
        return parts.matches() ? address(parts.group(1), parts.group(2)) : "";
    }

    private void references(PayloadReader json, String field, Repository repository) {
        if (field.equals("references")) {
            json.array(() -> reference(json, repository));
        }
    }

    /// A trigger does not say what a ref was before.
    private void reference(PayloadReader json, Repository repository) {
        var reference = references.next(repository);
        reference.before = Fields.NO_COMMIT;
        var deleted = new boolean[1];
        json.object(
                field -> {
                    switch (field) {
                        case "ref" -> reference.name = json.string();
                        case "commit" -> reference.after = Fields.text(json);
                        case "deleted" -> deleted[0] = !json.isNull() && json.bool();
                        default -> {
                            // Of no interest.
                        }
                    }
                });
        if (deleted[0]) {
            reference.before = reference.after.isEmpty() ? Fields.NO_COMMIT : reference.after;
            reference.after = Fields.NO_COMMIT;
        }
    }
}
