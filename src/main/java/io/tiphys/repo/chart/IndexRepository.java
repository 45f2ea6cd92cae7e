package io.tiphys.repo.chart;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.host.WebHost;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A repository of charts on the web. Its index is read once for all Applications, and again only
/// if it changed.
final class IndexRepository {

    private static final String INDEX = "index.yaml";

    private final String shown;
    private final String owner;
    private final URI base;
    private final Web web;
    private final Archives archives;
    private final RepoConfig.Archives limits;
    private final Seen<View> seen = new Seen<>();

    /// @param etag what the host knows it by, as `lastModified`; empty if it said nothing
    private record View(ChartIndex index, String etag, String lastModified) {}

    /// @param url as an Application has it, without a slash at its end
    IndexRepository(String url, GitCredential credential, RepoConfig config, Archives archives) {
        base = base(url);
        shown = url;
        owner = credential.origin();
        web = new Web("The repository " + url, base, credential, config.timeout());
        this.archives = archives;
        limits = config.archives();
    }

    private static URI base(String url) {
        try {
            return URI.create(url + "/");
        } catch (IllegalArgumentException none) {
            throw new ManifestFailure("The address of a repository of charts is none: " + url);
        }
    }

    /// Its address, for messages.
    String shown() {
        return shown;
    }

    ChartIndex index(FetchDemand demand) {
        return seen.get(demand, this::ask).index();
    }

    private View ask(Optional<View> before) {
        var headers = new HashMap<String, String>();
        headers.put("Accept-Encoding", "identity");
        before.map(View::etag)
                .filter(it -> !it.isEmpty())
                .ifPresent(it -> headers.put("If-None-Match", it));
        before.map(View::lastModified)
                .filter(it -> !it.isEmpty())
                .ifPresent(it -> headers.put("If-Modified-Since", it));
        try (var answer = web.get(at(INDEX), headers, web.login(), Optional.empty())) {
            if (answer.status() == 304 && before.isPresent()) {
                return before.get();
            }
            if (answer.status() != 200) {
                throw web.refused(answer.status(), INDEX);
            }
            try (var yaml = answer.body("its " + INDEX, limits.index().asLongValue())) {
                return new View(
                        ChartIndex.read(shown, yaml),
                        answer.header("ETag"),
                        answer.header("Last-Modified"));
            }
        } catch (IOException failure) {
            throw web.unreadable(failure, base.getHost());
        }
    }

    /// @param url as the index has it
    URI at(String url) {
        try {
            return base.resolve(url);
        } catch (IllegalArgumentException none) {
            throw web.failure("its index has an address that is none", false);
        }
    }

    /// The chart of an archive.
    ///
    /// @param passCredentials whether its host is shown what the repository's own is shown
    ArchiveFolder chart(
            String name, ChartIndex.Version version, URI archive, boolean passCredentials) {
        if (!Web.isWeb(archive)) {
            throw web.failure(
                    "the archive of %s %s has no address on the web"
                            .formatted(name, version.version()),
                    false);
        }
        var title = "The chart %s %s of %s".formatted(name, version.version(), shown);
        var content =
                version.digest().isEmpty()
                        ? "%s %s %s".formatted(archive, version.version(), version.created())
                        : version.digest();
        var alsoAt = passCredentials ? Optional.of(web.other(archive)) : Optional.<WebHost>empty();
        return archives.open(
                        new Archives.Wanted(
                                String.join("\n", shown, owner, content),
                                title,
                                version.digest(),
                                out -> {
                                    try (var answer =
                                            web.get(archive, Map.of(), web.login(), alsoAt)) {
                                        if (answer.status() != 200) {
                                            throw web.refused(
                                                    answer.status(),
                                                    "archive of %s %s"
                                                            .formatted(name, version.version()));
                                        }
                                        answer.copy(
                                                "the archive of %s %s"
                                                        .formatted(name, version.version()),
                                                limits.packed().asLongValue(),
                                                out);
                                    }
                                }))
                .chart(title);
    }
}
