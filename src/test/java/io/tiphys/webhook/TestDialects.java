package io.tiphys.webhook;

import java.util.function.Function;

/// Senders who prove themselves by naming the secret in the header `Proof`.
final class TestDialects {

    private TestDialects() {}

    private static boolean isAuthentic(Headers headers, String secret) {
        return headers.value("Proof").equals(secret);
    }

    record Host(Function<byte[], Contents> contents) implements GitDialect {

        @Override
        public String header() {
            return "X-Host-Event";
        }

        @Override
        public String provider() {
            return "host";
        }

        @Override
        public String secretKey() {
            return "webhook.host";
        }

        @Override
        public String proof() {
            return "The header Proof";
        }

        @Override
        public boolean isAuthentic(Headers headers, byte[] body, String secret) {
            return TestDialects.isAuthentic(headers, secret);
        }

        @Override
        public Contents read(Headers headers, byte[] body) {
            return contents.apply(body);
        }
    }

    record Store(Function<byte[], Contents> contents) implements RegistryDialect {

        @Override
        public String provider() {
            return "store";
        }

        @Override
        public String secretKey() {
            return "webhook.host";
        }

        @Override
        public String proof() {
            return "The header Proof";
        }

        @Override
        public boolean isAuthentic(Headers headers, byte[] body, String secret) {
            return TestDialects.isAuthentic(headers, secret);
        }

        @Override
        public Contents read(Headers headers, byte[] body) {
            return contents.apply(body);
        }
    }
}
