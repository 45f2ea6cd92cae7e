package io.tiphys.store;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.policy.CredentialChoice;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What repositories of Git and of charts are reached with, by the Secrets and ConfigMaps that
/// Argo CD's users have. A change counts at once, and whoever listens is told which repositories
/// it concerns.
@Singleton
public class Credentials {

    private static final String KNOWN_HOSTS = "argocd-ssh-known-hosts-cm";
    private static final String KNOWN_HOSTS_KEY = "ssh_known_hosts";
    private static final String CERTIFICATES = "argocd-tls-certs-cm";

    private final Supplier<Collection<RepositorySecret>> secrets;
    private final Function<String, Map<String, String>> settings;
    private final List<Consumer<Set<Use>>> listeners = new CopyOnWriteArrayList<>();

    /// Every comparison asks, and Secrets change once in a while. Charts in repositories name
    /// addresses as well: what nobody asks for is forgotten.
    private final Map<Use, Chosen> chosen =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterAccess(Duration.ofDays(1))
                    .<Use, Chosen>build()
                    .asMap();

    /// A repository as Applications of a project name it.
    ///
    /// @param git whether it is Git's, and not one of charts or an OCI registry
    public record Use(String url, String project, boolean git) {

        /// Of a Git repository.
        public Use(String url, String project) {
            this(url, project, true);
        }

        /// Those of an Application, one a source.
        public static Stream<Use> by(Application application) {
            return application.sources().all().stream()
                    .map(
                            source ->
                                    new Use(
                                            source.repoUrl(),
                                            application.project(),
                                            source.isGit()));
        }
    }

    private record Chosen(GitCredential reading, GitCredential writing) {}

    @Inject
    Credentials(Secrets secrets, Settings settings) {
        this(secrets::repositories, settings::entries);
        secrets.onRepositoryChange(this::reconsider);
        settings.onChange(this::reconsider);
    }

    /// @param settings the entries of the ConfigMap of a name
    Credentials(
            Supplier<Collection<RepositorySecret>> secrets,
            Function<String, Map<String, String>> settings) {
        this.secrets = secrets;
        this.settings = settings;
    }

    public GitCredential reading(Use use) {
        return chosen(use).reading();
    }

    public GitCredential writing(Use use) {
        return chosen(use).writing();
    }

    /// The address of a repository of charts by the name that a Secret gives it, if the project may
    /// use that.
    public Optional<String> named(String name, String project) {
        return CredentialChoice.named(name, project, secrets.get());
    }

    /// Calls back with the uses that are served by other credentials than before, on the thread
    /// that saw the change. Must return quickly.
    public void onChange(Consumer<Set<Use>> listener) {
        listeners.add(listener);
    }

    /// One at a time, so that what was chosen by older Secrets does not stay.
    synchronized void reconsider() {
        var changed = new HashSet<Use>();
        for (var use : Set.copyOf(chosen.keySet())) {
            var now = choose(use);
            if (!now.equals(chosen.put(use, now))) {
                changed.add(use);
            }
        }
        if (!changed.isEmpty()) {
            listeners.forEach(listener -> listener.accept(changed));
        }
    }

    private Chosen chosen(Use use) {
        var known = chosen.get(use);
        return known == null ? remember(use) : known;
    }

    private synchronized Chosen remember(Use use) {
        return chosen.computeIfAbsent(use, this::choose);
    }

    private Chosen choose(Use use) {
        var all = secrets.get();
        if (!use.git()) {
            var charts = CredentialChoice.charts(use.url(), use.project(), all);
            var trusting = trusting(RepositoryAddress.ofCharts(use.url()), charts);
            return new Chosen(trusting, trusting);
        }
        var address = RepositoryAddress.of(use.url());
        return new Chosen(
                trusting(address, CredentialChoice.reading(use.url(), use.project(), all)),
                trusting(address, CredentialChoice.writing(use.url(), use.project(), all)));
    }

    private GitCredential trusting(RepositoryAddress address, GitCredential credential) {
        return address.isSsh()
                ? credential.trusting(
                        settings.apply(KNOWN_HOSTS).getOrDefault(KNOWN_HOSTS_KEY, ""), "")
                // By the host without its port: keys of ConfigMaps have no colons.
                : credential.trusting(
                        "", settings.apply(CERTIFICATES).getOrDefault(address.host(), ""));
    }
}
