package io.tiphys.repo.chart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.Digest;
import io.tiphys.repo.Downloads;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.host.Seen;
import io.tiphys.repo.host.Web;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;

/// Downloads files, and again only if they changed.
@Singleton
class WebFiles implements Downloads {

    /// No manifest is larger.
    private static final long MAX_BYTES = 10L * 1024 * 1024;

    /// Of all contents that are held in memory. What has to go is downloaded once more.
    private static final long MAX_HELD = 32L * 1024 * 1024;

    private final RepoConfig config;
    private final Cache<Key, WebFile> files =
            Caffeine.newBuilder()
                    .expireAfterAccess(Duration.ofHours(1))
                    .maximumSize(1000)
                    .executor(Runnable::run)
                    .build();
    private final Cache<String, byte[]> contents =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_HELD)
                    .weigher((String _, byte[] content) -> content.length)
                    .executor(Runnable::run)
                    .build();

    /// Who comes with other credentials asks anew: what one may read is not for all.
    private record Key(Hidden url, GitCredential credential) {}

    /// @param digest of the content
    private record View(String digest, Web.Version version) {}

    WebFiles(RepoConfig config) {
        this.config = config;
    }

    @Override
    public String digest(String url, GitCredential credential, FetchDemand fetch) {
        return file(url, credential).digest(fetch);
    }

    @Override
    public byte[] read(String url, GitCredential credential, String digest) {
        var content = contents.getIfPresent(digest);
        return content == null ? file(url, credential).read(digest) : content;
    }

    private WebFile file(String url, GitCredential credential) {
        return files.get(new Key(new Hidden(url), credential), _ -> new WebFile(url, credential));
    }

    /// One of them, at its address.
    private final class WebFile {

        private final URI address;
        private final boolean hasUser;
        private final Web web;
        private final Seen<View> seen = new Seen<>();

        WebFile(String url, GitCredential credential) {
            var whole = uri(url);
            var user = Optional.ofNullable(whole.getUserInfo());
            hasUser = user.isPresent();
            address = withoutUser(whole);
            web =
                    new Web(
                            // A query may hold a token.
                            "The file " + address.toString().replaceFirst("[?#].*", ""),
                            address,
                            user.map(it -> credential.as(login(it))).orElse(credential),
                            config.timeout());
        }

        String digest(FetchDemand fetch) {
            return seen.get(fetch, this::ask).digest();
        }

        byte[] read(String digest) {
            var view = ask(Optional.empty());
            var content = contents.getIfPresent(digest);
            if (!view.digest().equals(digest) || content == null) {
                throw web.failure("it has changed meanwhile", true);
            }
            return content;
        }

        private View ask(Optional<View> before) {
            var headers = new HashMap<String, String>();
            headers.put("Accept-Encoding", "identity");
            before.ifPresent(it -> headers.putAll(it.version().unchanged()));
            try (var answer = web.get(address, headers, web.login(), Optional.empty())) {
                if (answer.status() == 304 && before.isPresent()) {
                    return before.get();
                }
                if (answer.status() != 200) {
                    throw refused(answer.status());
                }
                var content = answer.bytes("it", MAX_BYTES);
                var digest = Digest.of(content);
                contents.put(digest, content);
                return new View(digest, answer.version());
            }
        }

        private ManifestFailure refused(int status) {
            if (status == 404) {
                return web.failure("it is not there", false);
            }
            return hasUser && (status == 401 || status == 403)
                    ? web.failure(
                            "its host does not accept the user and password in its address", false)
                    : web.refused(status, "it");
        }
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException malformed) {
            throw new ManifestFailure("The address of a file on the web is none");
        }
    }

    private static URI withoutUser(URI uri) {
        var authority = uri.getRawAuthority();
        if (authority == null || uri.getHost() == null) {
            throw new ManifestFailure("The address of a file on the web names no host");
        }
        return URI.create(uri.toString().replaceFirst("(?<=^[a-zA-Z]{4,5}://)[^/?#]*@", ""));
    }

    private static Login login(String user) {
        int colon = user.indexOf(':');
        return new Login.Password(
                new Hidden(colon < 0 ? user : user.substring(0, colon)),
                new Hidden(colon < 0 ? "" : user.substring(colon + 1)),
                true);
    }
}
