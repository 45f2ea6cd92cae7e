package io.tiphys.store;

import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.health.RuleTable;
import io.tiphys.core.health.UserRules;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The rules by which resources are healthy: those that the service brings, and users' own in
/// `argocd-cm`. A change counts at once, and whoever listens is told which kinds it concerns.
@Singleton
public class HealthRules {

    private static final Logger LOG = Logger.getLogger(HealthRules.class);

    private static final String SETTINGS = "argocd-cm";

    /// The files of rules on the class path, below `health/`.
    static final List<String> TABLES =
            List.of(
                    "argo",
                    "certificates",
                    "clouds",
                    "clusters",
                    "databases",
                    "gitops",
                    "kubernetes",
                    "networking",
                    "observability",
                    "pipelines",
                    "platform",
                    "serverless",
                    "storage",
                    "streaming");

    private final Function<String, Map<String, String>> settings;
    private final RuleTable table;
    private final boolean guess;
    private final List<Consumer<BiPredicate<String, String>>> listeners =
            new CopyOnWriteArrayList<>();

    private Map<String, String> read = Map.of();
    private @Nullable HealthAssessor current;

    @Inject
    HealthRules(Settings settings, HealthConfig config) {
        this(settings::entries, config.guess());
        settings.onChange(this::reconsider);
    }

    /// @param settings the entries of the ConfigMap of a name
    HealthRules(Function<String, Map<String, String>> settings, boolean guess) {
        this.settings = settings;
        this.guess = guess;
        this.table =
                RuleTable.of(
                        TABLES.stream().collect(Collectors.toMap(it -> it, HealthRules::text)));
    }

    /// By the rules of this moment.
    public synchronized HealthAssessor assessor() {
        return current == null ? renew() : current;
    }

    /// Calls back with which kinds, by group and name, are judged by other rules than before, on
    /// the thread that saw the change. Must return quickly.
    public void onChange(Consumer<BiPredicate<String, String>> listener) {
        listeners.add(listener);
    }

    void reconsider() {
        UserRules before;
        UserRules after;
        synchronized (this) {
            if (settings.apply(SETTINGS).equals(read)) {
                return;
            }
            before = assessor().users();
            after = renew().users();
        }
        listeners.forEach(
                listener -> listener.accept((group, kind) -> after.differ(before, group, kind)));
    }

    private synchronized HealthAssessor renew() {
        read = Map.copyOf(settings.apply(SETTINGS));
        var users = UserRules.of(read);
        users.problems().forEach(problem -> LOG.warnf("%s: %s", SETTINGS, problem));
        var assessor = new HealthAssessor(users, table, guess);
        current = assessor;
        return assessor;
    }

    private static String text(String name) {
        var file = "/health/" + name + ".yaml";
        try (var stream = HealthRules.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("The rules " + file + " are not packaged");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
