package io.tiphys.repo.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Platform;
import io.tiphys.core.image.Proof;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Verdict;
import io.tiphys.repo.Digest;
import io.tiphys.repo.Images;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.cosign.TrustedSigners;
import io.tiphys.repo.host.Pace;
import io.tiphys.repo.identity.Identities;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Asks registries for images by the distribution API.
@Singleton
class RegistryImages implements Images {

    /// What attestations have in place of a platform.
    private static final String NONE = "unknown";

    /// Many Applications ask for one image when it was pushed.
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofHours(1);

    private final RepoConfig config;
    private final Identities identities;
    private final TrustedSigners signers;
    private final AnswerFiles files;

    /// So that a token lasts for several questions.
    private final Cache<ImageAccess, Registry> registries =
            Caffeine.newBuilder()
                    .expireAfterAccess(Duration.ofHours(1))
                    .maximumSize(1000)
                    .executor(Runnable::run)
                    .build();

    /// By the hosts that are asked.
    private final Cache<String, Pace> paces =
            Caffeine.newBuilder()
                    .expireAfterAccess(Duration.ofHours(2))
                    .maximumSize(1000)
                    .executor(Runnable::run)
                    .build();

    private final Cache<Tag, Optional<String>> digests =
            Caffeine.newBuilder()
                    .expireAfterWrite(SHORT)
                    .maximumSize(1000)
                    .executor(Runnable::run)
                    .build();

    /// An image that is signed stays so. What is not may be from one moment to the next: builds
    /// sign after they push.
    private final Cache<Signed, Verdict> verdicts =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .executor(Runnable::run)
                    .expireAfter(
                            Expiry.<Signed, Verdict>creating(
                                    (_, verdict) ->
                                            verdict instanceof Verdict.Signed ? LONG : SHORT))
                    .build();

    private final Pace.Timer timer;

    private record Tag(ImageAccess access, String name) {}

    private record Signed(ImageAccess access, String digest, Proof proof) {}

    @Inject
    RegistryImages(RepoConfig config, Identities identities, TrustedSigners signers) {
        this(config, identities, signers, Pace.Timer.REAL);
    }

    RegistryImages(
            RepoConfig config, Identities identities, TrustedSigners signers, Pace.Timer timer) {
        this.signers = signers;
        this.timer = timer;
        this.config = config;
        this.identities = identities;
        files =
                new AnswerFiles(
                        config.directory().resolve("registries"),
                        config.registryAnswers().asLongValue(),
                        config.unusedAfter());
    }

    @Override
    public List<String> tags(ImageAccess access) {
        return asked(access, Registry::tags);
    }

    @Override
    public Optional<Candidate> find(ImageAccess access, String tag) {
        return asked(access, it -> find(it, tag));
    }

    private static Optional<Candidate> find(Registry registry, String tag) {
        return registry.document(tag).map(it -> candidate(registry, tag, it));
    }

    @Override
    public List<Candidate> candidates(TrackedImage image, ImageAccess access) {
        return asked(
                access,
                registry -> {
                    var tags = registry.tags();
                    var asked = Images.asked(image, tags, access);
                    return tags.stream()
                            .map(
                                    tag ->
                                            asked.test(tag)
                                                    ? find(registry, tag).orElse(Candidate.of(tag))
                                                    : Candidate.of(tag))
                            .toList();
                });
    }

    /// With what it answered before at hand.
    private <T> T asked(ImageAccess access, Function<Registry, T> question) {
        var known = files.load(access);
        try {
            return question.apply(registry(access).knowing(known));
        } finally {
            files.save(access, known);
        }
    }

    @Override
    public Optional<String> digest(ImageAccess access, String tag) {
        return digests.get(
                new Tag(access, tag),
                _ -> registry(access).document(tag).map(Registry.Document::digest));
    }

    @Override
    public Verdict verdict(ImageAccess access, String digest, Proof proof) {
        var trust = signers.of(proof);
        return verdicts.get(
                new Signed(access, digest, proof),
                it -> RegistrySignatures.verdict(registry(access), it.digest(), trust));
    }

    private Registry registry(ImageAccess access) {
        return registries.get(
                access,
                it ->
                        new Registry(
                                it.repository(),
                                it.api(),
                                it.credential(),
                                config,
                                identities,
                                turns(it)));
    }

    private Turns turns(ImageAccess access) {
        var host =
                access.api()
                        .map(URI::getAuthority)
                        .orElse(access.repository().replaceFirst("/.*", ""));
        var pace = paces.get(host, _ -> new Pace(timer));
        return new Turns() {
            @Override
            public void await() {
                pace.await("The registry " + host, access.perSecond());
            }

            @Override
            public boolean pause(String retryAfter, Duration otherwise) {
                return pace.pause(retryAfter, otherwise);
            }
        };
    }

    private static Candidate candidate(Registry registry, String tag, Registry.Document document) {
        var platforms = new ArrayList<Platform>();
        var image = Optional.of(document.json());
        if (document.json().has("manifests")) {
            image = Optional.empty();
            for (var entry : document.json().path("manifests")) {
                var platform = platform(entry.path("platform"));
                if (platform.isPresent()) {
                    platforms.add(platform.get());
                    // All were built together.
                    image =
                            image.or(
                                    () ->
                                            registry.document(entry.path("digest").asText())
                                                    .map(Registry.Document::json));
                }
            }
        }
        var configuration =
                image.map(it -> it.path("config").path("digest").asText())
                        .filter(Digest::isOne)
                        .map(registry::configuration);
        if (platforms.isEmpty()) {
            configuration.flatMap(RegistryImages::platform).ifPresent(platforms::add);
        }
        return new Candidate(
                tag,
                Optional.of(document.digest()),
                configuration.flatMap(it -> time(it.path("created").asText())),
                Optional.empty(),
                platforms);
    }

    private static Optional<Platform> platform(JsonNode json) {
        var platform =
                new Platform(
                        json.path("os").asText(),
                        json.path("architecture").asText(),
                        json.path("variant").asText());
        return Optional.of(platform)
                .filter(it -> !it.os().isEmpty() && !it.architecture().isEmpty())
                .filter(it -> !it.os().equals(NONE));
    }

    /// Empty where a builder leaves it out, or writes something else.
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}
