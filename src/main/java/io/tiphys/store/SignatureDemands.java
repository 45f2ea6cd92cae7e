package io.tiphys.store;

import io.tiphys.core.model.Project;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.SourceIntegrity;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.store.ProjectStore.Entry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// How the commits must be signed that Applications are made of, by their projects and by the keys
/// of two ConfigMaps: Argo CD's for GPG, one of our own for SSH. What cannot be known is refused.
@Singleton
public class SignatureDemands {

    private static final String GPG_KEYS = "argocd-gpg-keys-cm";
    private static final String ALLOWED_SIGNERS = "tiphys-allowed-signers-cm";
    private static final String ALLOWED_SIGNERS_KEY = "allowed_signers";

    private final ProjectStore projects;
    private final Settings settings;
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();

    /// Each comparison asks, and ConfigMaps change once in a while.
    private volatile Optional<SigningKeys> keys = Optional.empty();

    SignatureDemands(ProjectStore projects, Settings settings) {
        this.projects = projects;
        this.settings = settings;
        projects.onChange(this::tell);
        settings.onChange(this::readKeys);
    }

    /// What is demanded of a repository of Git.
    ///
    /// @param project of the Application that names it
    /// @param url as that Application spells it
    public Demand demanded(String project, String url) {
        return projects.find(project)
                .map(
                        found ->
                                switch (found) {
                                    case Entry.Valid(var valid) ->
                                            SourceIntegrity.demanded(valid, url, keys());
                                    case Entry.Invalid(var problem) ->
                                            new Demand.Unmeetable(
                                                    "The project %s cannot be read: %s"
                                                            .formatted(project, problem));
                                })
                .orElseGet(
                        () ->
                                new Demand.Unmeetable(
                                        "There is no project %s, which would say whose commits may be used"
                                                .formatted(project)));
    }

    /// Calls back with the names of projects for whose Applications another answer may hold now, on
    /// the thread that saw the change. Must return quickly.
    public void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }

    private SigningKeys keys() {
        return keys.orElseGet(this::readKeys);
    }

    /// One at a time, so that older keys do not stay.
    private synchronized SigningKeys readKeys() {
        var now =
                new SigningKeys(
                        settings.entries(GPG_KEYS),
                        settings.entries(ALLOWED_SIGNERS).getOrDefault(ALLOWED_SIGNERS_KEY, ""));
        var before = keys;
        if (before.isPresent() && before.get().equals(now)) {
            return before.get();
        }
        keys = Optional.of(now);
        if (before.isPresent()) {
            tell(
                    projects.valid().stream()
                            .filter(it -> !it.signatures().isEmpty())
                            .map(Project::name)
                            .collect(Collectors.toUnmodifiableSet()));
        }
        return now;
    }

    private void tell(Set<String> names) {
        listeners.forEach(listener -> listener.accept(names));
    }
}
