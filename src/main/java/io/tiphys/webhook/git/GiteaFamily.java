package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Gitea, what it came from and what became of it. Each sends the headers of those before it, and
/// GitHub's, beside its own.
///
/// None says whether a push was forced. Their lists of files count as complete all the same, as
/// they do for Argo CD: else they would be of no use.
abstract class GiteaFamily implements GitDialect {

    /// They cut the list of commits here unless told otherwise.
    private static final int MAX_COMMITS = 5;

    private final String name;
    private final List<Proof> proofs;
    private final GitHubPayload.Habits habits;

    /// @param name as it stands in headers
    GiteaFamily(String name, String... keys) {
        this.name = name;
        habits = new GitHubPayload.Habits(name.toLowerCase(Locale.ROOT), false, MAX_COMMITS);
        proofs = Stream.of(keys).map(this::signature).toList();
    }

    @Override
    public String provider() {
        return habits.provider();
    }

    @Override
    public String mark() {
        return header("Event");
    }

    @Override
    public List<Proof> proofs() {
        return proofs;
    }

    /// Whether it is one of its own, and not a package, which is a registry's.
    boolean isNamed(Delivery delivery) {
        return switch (delivery.header(mark())) {
            case "", "package" -> false;
            default -> true;
        };
    }

    @Override
    public Contents read(Delivery delivery) {
        GitHub.refuseForm(delivery);
        var id = Fields.delivery(delivery, header("Delivery"));
        return switch (delivery.header(mark())) {
            case "push" -> Contents.git(id, payload(delivery).pushed(id));
            case "create" -> created(id, payload(delivery));
            // No push says that a branch is gone.
            case "delete" -> Contents.git(id, payload(delivery).deleted(id));
            case "pull_request" -> Contents.git(id, payload(delivery).pullRequest(id));
            default -> Contents.nothing(id, "Only pushes and pull requests have an effect");
        };
    }

    /// Of a new tag, Gogs sends no push.
    private static Contents created(String id, GitHubPayload payload) {
        return payload.isTag()
                ? Contents.git(id, payload.created(id))
                : Contents.nothing(id, "The push event says it as well");
    }

    private GitHubPayload payload(Delivery delivery) {
        return GitHubPayload.of(habits, delivery.body());
    }

    /// GitHub's signature, without the algorithm's name before it.
    private Proof signature(String key) {
        var signature = header("Signature");
        return Proof.ofSecret(
                key,
                "The header " + signature,
                (delivery, secret) ->
                        SignatureVerifier.isHmacSha256(
                                "sha256=" + delivery.header(signature), delivery.body(), secret));
    }

    private String header(String of) {
        return "X-" + name + "-" + of;
    }
}
