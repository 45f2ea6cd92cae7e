package io.tiphys.repo.render;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Access;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.host.Seen;
import io.tiphys.repo.host.Web;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads value files that lie on other servers: no tool reaches the network for them. What a server
/// said is shared by all that name the address, and sent again only if it changed.
@Singleton
class RemoteFiles {

    /// How old a view may be where nobody asks for a newer one.
    private static final FetchDemand RECENT = new FetchDemand(List.of(), 180);

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private static final long MAX_BYTES = 32 << 20;

    /// What it takes to remember an address.
    private static final int KNOWN_BYTES = 1024;

    private final RepoConfig config;
    private final Cache<String, Seen<File>> seen =
            Caffeine.newBuilder()
                    .expireAfterAccess(Duration.ofHours(1))
                    .maximumWeight(MAX_BYTES)
                    .weigher((String _, Seen<File> known) -> weight(known))
                    .executor(Runnable::run)
                    .build();

    /// @param digest of the content
    /// @param version what the server calls it
    record File(byte[] content, String digest, Web.Version version) {}

    RemoteFiles(RepoConfig config) {
        this.config = config;
    }

    private static int weight(Seen<File> known) {
        return KNOWN_BYTES + known.known().map(it -> it.content().length).orElse(0);
    }

    /// @param field the option that names it, for messages
    /// @param address as its author wrote it; may hold credentials
    /// @throws ManifestFailure that names the address without anything secret
    File read(String field, String address, Access access, FetchDemand demand) {
        var scheme = address.substring(0, address.indexOf(':')).toLowerCase(Locale.ROOT);
        if (!access.fileSchemes().contains(scheme)) {
            throw new ManifestFailure(
                    "%s: addresses that begin with %s: are not allowed, but those with %s (helm.valuesFileSchemes of the ConfigMap argocd-cm)"
                            .formatted(field, scheme, listed(access.fileSchemes())));
        }
        if (!SCHEMES.contains(scheme)) {
            throw new ManifestFailure(
                    "%s: addresses that begin with %s: are not read by this version, but those with %s"
                            .formatted(field, scheme, listed(SCHEMES)));
        }
        var uri = uri(field, address);
        var file = seen.get(address, _ -> new Seen<>());
        var read = file.get(RECENT.and(demand.of("")), before -> ask(field, uri, before));
        // Weighed again, now that it may hold more.
        seen.put(address, file);
        return read;
    }

    private File ask(String field, URI uri, Optional<File> before) {
        var subject =
                "%s: %s://%s%s".formatted(field, uri.getScheme(), host(uri), uri.getRawPath());
        var web = new Web(subject, uri, GitCredential.NONE, config.timeout());
        var headers =
                new HashMap<>(before.map(it -> it.version().unchanged()).orElseGet(HashMap::new));
        headers.put("Accept-Encoding", "identity");
        try (var answer = web.get(withoutUser(uri), headers, login(uri), Optional.empty())) {
            if (answer.status() == 304 && before.isPresent()) {
                return before.get();
            }
            if (answer.status() != 200) {
                throw web.refused(answer.status(), "such file");
            }
            var content = answer.bytes("the file", config.valueFile().asLongValue());
            return new File(content, Inputs.of(content), answer.version());
        }
    }

    /// As Helm takes it.
    private static Optional<String> login(URI uri) {
        if (uri.getUserInfo() == null) {
            return Optional.empty();
        }
        var parts = uri.getUserInfo().split(":", 2);
        return Optional.of(Web.basic(parts[0], parts.length == 1 ? "" : parts[1]));
    }

    private static URI uri(String field, String address) {
        try {
            var uri = new URI(address);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException none) {
            // What it is instead may hold a password.
        }
        throw new ManifestFailure(field + ": one of the addresses is no URL");
    }

    private static URI withoutUser(URI uri) {
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(
                "%s://%s%s%s".formatted(uri.getScheme(), host(uri), uri.getRawPath(), query));
    }

    private static String host(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static String listed(Set<String> schemes) {
        return schemes.isEmpty() ? "none" : String.join(", ", new TreeSet<>(schemes));
    }
}
