package io.tiphys.repo.chart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Charts;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.identity.Identities;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiFunction;

/// One repository for each address and credential, for as long as somebody asks for it.
@Singleton
class ChartSources implements Charts {

    /// Who comes with other credentials finds another: what one may read is not for all.
    private record Key(String url, GitCredential credential) {}

    private final RepoConfig config;
    private final Archives archives;
    private final Identities identities;
    private final Cache<Key, IndexRepository> indexed = cache();
    private final Cache<Key, RegistryArtefact> artefacts = cache();

    ChartSources(RepoConfig config, Archives archives, Identities identities) {
        this.config = config;
        this.archives = archives;
        this.identities = identities;
    }

    private static <T> Cache<Key, T> cache() {
        return Caffeine.newBuilder()
                .expireAfterAccess(Duration.ofHours(1))
                .maximumSize(1000)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Artefact of(
            String url, String chart, GitCredential credential, boolean passCredentials) {
        var address = url.strip();
        int scheme = address.indexOf("://");
        var kind = scheme < 0 ? "" : address.substring(0, scheme).toLowerCase(Locale.ROOT);
        var rest =
                address.substring(scheme < 0 ? 0 : scheme + "://".length()).replaceFirst("/+$", "");
        if (rest.replaceFirst("/.*", "").contains("@")) {
            throw new ManifestFailure(
                    "The address of a repository of charts must hold no credentials: a Secret can");
        }
        boolean web = kind.equals("http") || kind.equals("https");
        if (kind.equals("oci") || kind.isEmpty() || (web && credential.registry())) {
            var artefact = artefact(chart.isEmpty() ? rest : rest + "/" + chart, credential);
            return chart.isEmpty() ? artefact : artefact.asChart();
        }
        if (!web) {
            throw new ManifestFailure(
                    "The address of a repository of charts must start with https://, http:// or"
                            + " oci://: "
                            + url);
        }
        var repository =
                known(
                        indexed,
                        new Key(kind + "://" + rest, credential),
                        (it, who) -> new IndexRepository(it, who, config, archives));
        return new IndexedChart(
                repository, chart, passCredentials, it -> of(it, "", GitCredential.NONE, false));
    }

    private RegistryArtefact artefact(String address, GitCredential credential) {
        return known(
                artefacts,
                new Key(address, credential),
                (it, who) ->
                        new RegistryArtefact(
                                new Registry(it, who, config, identities), who.origin(), archives));
    }

    private static <T> T known(
            Cache<Key, T> cache, Key key, BiFunction<String, GitCredential, T> open) {
        return cache.get(key, it -> open.apply(it.url(), it.credential()));
    }
}
