package io.tiphys.store;

import io.tiphys.core.diff.IgnoredUpdates;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Which changes of live resources matter to nobody, as `argocd-cm` says. A change of it counts for
/// all that come after.
@Singleton
public class UpdateRules {

    private static final Logger LOG = Logger.getLogger(UpdateRules.class);
    private static final String MAP = "argocd-cm";

    private final Function<String, Map<String, String>> entries;
    private Map<String, String> read;
    private volatile IgnoredUpdates ignored;

    @Inject
    UpdateRules(Settings settings) {
        this(settings::entries);
        settings.onChange(this::reconsider);
    }

    /// @param entries of the ConfigMap of a name
    UpdateRules(Function<String, Map<String, String>> entries) {
        this.entries = entries;
        read = entries.apply(MAP);
        ignored = IgnoredUpdates.read(read);
    }

    public IgnoredUpdates ignored() {
        return ignored;
    }

    synchronized void reconsider() {
        var now = entries.apply(MAP);
        if (!now.equals(read)) {
            read = now;
            ignored = IgnoredUpdates.read(now);
            ignored.problems().forEach(problem -> LOG.warnf("%s: %s", MAP, problem));
        }
    }
}
