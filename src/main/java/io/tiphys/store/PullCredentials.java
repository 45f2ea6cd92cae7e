package io.tiphys.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.tiphys.cluster.CredentialCommand;
import io.tiphys.cluster.CredentialCommand.Outcome;
import io.tiphys.core.image.CredentialSource;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.PullSecret;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.RegistryEntry;
import io.tiphys.core.image.RegistryList;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.store.Credentials.Use;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How registries are asked for images, and with what. Environment variables and programs are for
/// `registries.conf` alone, which the operator writes: who names an image names the registry as
/// well, and would choose who gets to see them.
@Singleton
public class PullCredentials {

    /// So long a program that failed is not tried again.
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final Credentials credentials;
    private final Supplier<RegistryList> registries;
    private final Function<String, Map<String, String>> secrets;
    private final Function<String, @Nullable String> environment;
    private final String namespace;

    /// What programs printed, each as long as its registry says.
    private final Cache<RegistryEntry, Printed> printed =
            Caffeine.newBuilder()
                    .maximumSize(1000)
                    .executor(Runnable::run)
                    .expireAfter(
                            Expiry.<RegistryEntry, Printed>creating(
                                    (entry, it) ->
                                            it.login().isPresent()
                                                    ? entry.expires()
                                                    : AFTER_FAILURE))
                    .build();

    /// @param problem if there is no login
    private record Printed(Optional<Login> login, String problem) {}

    @Inject
    PullCredentials(
            Credentials credentials,
            ImageUpdaterSettings settings,
            Secrets secrets,
            StoreConfig config) {
        this(
                credentials,
                settings::registries,
                secrets::entries,
                System::getenv,
                config.namespace());
    }

    /// @param secrets what the Secret of a name holds
    /// @param namespace in which they are
    PullCredentials(
            Credentials credentials,
            Supplier<RegistryList> registries,
            Function<String, Map<String, String>> secrets,
            Function<String, @Nullable String> environment,
            String namespace) {
        this.credentials = credentials;
        this.registries = registries;
        this.secrets = secrets;
        this.environment = environment;
        this.namespace = namespace;
    }

    /// With the login of the Secret that the image names; else that of its registry in
    /// `registries.conf`; else what charts of that registry are read with.
    ///
    /// @throws RefusedEditException if the login cannot be had
    public ImageAccess of(TrackedImage image, String project) {
        var repository = image.repository();
        var known = credentials.reading(new Use("oci://" + repository, project, false));
        var entry = registries.get().find(repository);
        if (entry.isEmpty()) {
            return ImageAccess.of(
                    repository,
                    image.pullSecret()
                            .map(it -> known.as(login(it, repository, "pull-secret")))
                            .orElse(known));
        }
        var registry = entry.get();
        return new ImageAccess(
                repository,
                registry.api(),
                reached(registry, login(registry, image).map(known::as).orElse(known)),
                registry.perSecond(),
                registry.order());
    }

    private static GitCredential reached(RegistryEntry registry, GitCredential credential) {
        return credential.reached(
                registry.insecure() || credential.insecure(),
                registry.api()
                        .map(it -> "http".equals(it.getScheme()))
                        .orElse(credential.plainHttp()),
                registry.authorities());
    }

    private Optional<Login> login(RegistryEntry registry, TrackedImage image) {
        if (image.pullSecret().isPresent()) {
            return image.pullSecret().map(it -> login(it, image.repository(), "pull-secret"));
        }
        return registry.credentials()
                .map(
                        source ->
                                switch (source) {
                                    case CredentialSource.Secret(var secret) ->
                                            login(
                                                    secret,
                                                    image.repository(),
                                                    registry.name() + ": credentials");
                                    case CredentialSource.Variable(var name) ->
                                            login(registry, name);
                                    case CredentialSource.Command(var path) ->
                                            printed(registry, path);
                                });
    }

    private Login login(PullSecret secret, String repository, String where) {
        if (!secret.namespace().equals(namespace)) {
            throw new RefusedEditException(
                    "%s must be in the namespace %s".formatted(where, namespace));
        }
        var registry = repository.substring(0, repository.indexOf('/'));
        return secret.login(registry, secrets.apply(secret.name()));
    }

    private Login login(RegistryEntry registry, String variable) {
        var value = environment.apply(variable);
        return PullSecret.password(
                value == null ? "" : value,
                "%s: the environment variable %s has no user and password"
                        .formatted(registry.name(), variable));
    }

    private Login printed(RegistryEntry registry, String path) {
        var answer = printed.get(registry, _ -> run(path));
        return answer.login()
                .orElseThrow(
                        () ->
                                new RefusedEditException(
                                        "%s: the program %s %s"
                                                .formatted(
                                                        registry.name(), path, answer.problem())));
    }

    /// What it says beside a login is not repeated: a password may be in it.
    private static Printed run(String path) {
        return switch (new CredentialCommand(List.of(path), Map.of()).run()) {
            case Outcome.Missing() -> new Printed(Optional.empty(), "is not there");
            case Outcome.Failed(var how, _) -> new Printed(Optional.empty(), how);
            case Outcome.Said(var text) -> {
                var line = text.strip();
                yield line.contains(":") && line.lines().count() == 1
                        ? new Printed(Optional.of(PullSecret.password(line, "")), "")
                        : new Printed(
                                Optional.empty(), "did not print one line with user:password");
            }
        };
    }
}
