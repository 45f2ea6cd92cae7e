package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.Proof;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Signer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignerKeysTest {

    private final Map<String, Map<String, String>> secrets = new HashMap<>();
    private final SignerKeys keys =
            new SignerKeys(it -> secrets.getOrDefault(it, Map.of()), "argocd");

    @Test
    void a_key_counts_as_it_stands_in_its_secret_at_the_moment() {
        var signer = new Signer.Key("argocd", "keys", "cosign.pub");
        secrets.put("keys", Map.of("cosign.pub", "one"));
        assertThat(keys.of(signer)).isEqualTo(new Proof.Keys("one"));

        secrets.put("keys", Map.of("cosign.pub", "two"));

        assertThat(keys.of(signer)).isEqualTo(new Proof.Keys("two"));
    }

    @Test
    void who_signs_without_a_key_needs_no_secret() {
        var who = new Signer.Identity("https://issuer.local", "build", Optional.empty());

        assertThat(keys.of(who)).isEqualTo(new Proof.Certificate(who));
    }

    @Test
    void a_key_that_is_not_there_or_elsewhere_is_told() {
        secrets.put("keys", Map.of("cosign.pub", "canary"));

        refuses(new Signer.Key("argocd", "none", "k"), "there is no Secret none with the key k");
        refuses(new Signer.Key("argocd", "keys", "k"), "there is no Secret keys with the key k");
        refuses(
                new Signer.Key("team", "keys", "cosign.pub"),
                "the Secret keys with the key must be in the namespace argocd");
    }

    private void refuses(Signer signer, String reason) {
        assertThatThrownBy(() -> keys.of(signer))
                .isInstanceOf(RefusedEditException.class)
                .hasMessage(reason);
    }
}
