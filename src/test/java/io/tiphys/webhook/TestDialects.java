package io.tiphys.webhook;

import java.util.List;
import java.util.function.Function;

/// Senders who prove themselves by naming the secret in the header `Proof`.
final class TestDialects {

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.host",
                    "The header Proof",
                    (delivery, secret) -> delivery.header("Proof").equals(secret));

    private TestDialects() {}

    record Host(Function<byte[], Contents> contents) implements GitDialect {

        @Override
        public String provider() {
            return "host";
        }

        @Override
        public String mark() {
            return "X-Host-Event";
        }

        @Override
        public boolean recognises(Delivery delivery) {
            return delivery.has("X-Host-Event");
        }

        @Override
        public List<Proof> proofs() {
            return List.of(PROOF);
        }

        @Override
        public Contents read(Delivery delivery) {
            return contents.apply(delivery.body());
        }
    }

    record Store(Function<byte[], Contents> contents) implements RegistryDialect {

        @Override
        public String provider() {
            return "store";
        }

        @Override
        public List<String> aliases() {
            return List.of("store.io");
        }

        @Override
        public List<Proof> proofs() {
            return List.of(PROOF, Proof.inUrl("webhook.store.url"));
        }

        @Override
        public Contents read(Delivery delivery) {
            return contents.apply(delivery.body());
        }
    }
}
