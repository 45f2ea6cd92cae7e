package io.tiphys.webhook;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// The configuration of tests: small limits, and signed deliveries only unless told otherwise.
public record TestConfig(boolean allowUnsigned, int ratePerSender) implements WebhookConfig {

    static final int MAX_GIT_BODY = 200_000;
    static final int MAX_REGISTRY_BODY = 100_000;

    public TestConfig() {
        this(false, 0);
    }

    @Override
    public Map<String, String> secrets() {
        return Map.of();
    }

    @Override
    public MemorySize maxGitBody() {
        return new MemorySize(BigInteger.valueOf(MAX_GIT_BODY));
    }

    @Override
    public MemorySize maxRegistryBody() {
        return new MemorySize(BigInteger.valueOf(MAX_REGISTRY_BODY));
    }

    @Override
    public Duration bodyWithin() {
        return Duration.ofMillis(50);
    }

    @Override
    public int ratePerSender() {
        return ratePerSender;
    }

    @Override
    public Map<String, String> registryHosts() {
        return Map.of();
    }

    @Override
    public URI googleKeys() {
        return URI.create("http://127.0.0.1:1/keys");
    }
}
