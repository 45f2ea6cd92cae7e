package io.tiphys.webhook;

import java.util.List;
import java.util.function.BiPredicate;

/// How a sender shows that it knows what we share with it.
public interface Proof {

    /// The key of `argocd-secret` that holds what is shared.
    String key();

    /// What proves it, in words for who forgot it: `The header X-Hub-Signature-256`.
    String inWords();

    /// Whether there is anything to be proven: what is shared stands in `argocd-secret`.
    default boolean isSetUp(Settings settings) {
        return !settings.values(key()).isEmpty();
    }

    /// Takes constant time for one setting, and never throws.
    boolean holds(Delivery delivery, Settings settings);

    /// Whether the check may wait for somebody else, and so must keep off event loops.
    default boolean mayBlock() {
        return false;
    }

    /// What `argocd-secret` says.
    @FunctionalInterface
    interface Settings {

        /// All values that count for a key. More than one while a secret is being changed: the
        /// key's own, and those of every key that continues it after a dot, such as
        /// `webhook.github.secret.next`.
        List<String> values(String key);
    }

    /// The sender and we know the same text.
    static Proof ofSecret(String key, String inWords, BiPredicate<Delivery, String> check) {
        return new SharedSecret(key, inWords, check);
    }

    /// The secret stands in the URL or a header, for senders who sign nothing.
    static Proof inUrl(String key) {
        return new SharedSecret(
                key,
                "The parameter secret of the URL, or the header X-Webhook-Secret,",
                (delivery, secret) ->
                        SignatureVerifier.isEqual(secret, delivery.parameter("secret"))
                                || SignatureVerifier.isEqual(
                                        secret, delivery.header("X-Webhook-Secret")));
    }

    /// @param check whether the delivery's sender knows this secret; constant time, never throws
    record SharedSecret(String key, String inWords, BiPredicate<Delivery, String> check)
            implements Proof {

        @Override
        public boolean holds(Delivery delivery, Settings settings) {
            return settings.values(key).stream().anyMatch(it -> check.test(delivery, it));
        }
    }
}
