package io.tiphys.store;

import io.tiphys.core.diff.ComparisonSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// What `argocd-cm` says about comparing. A change counts at once.
@Singleton
public class DiffCustomizations {

    private static final Logger LOG = Logger.getLogger(DiffCustomizations.class);

    private static final String MAP = "argocd-cm";

    private final Function<String, Map<String, String>> entries;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ComparisonSettings settings;

    @Inject
    DiffCustomizations(Settings settings) {
        this(settings::entries);
        settings.onChange(this::reconsider);
        // What came in between.
        reconsider();
    }

    /// @param entries of the ConfigMap of a name
    DiffCustomizations(Function<String, Map<String, String>> entries) {
        this.entries = entries;
        settings = read();
    }

    public ComparisonSettings settings() {
        return settings;
    }

    /// Calls back when resources are compared otherwise than before, on the thread that saw it.
    /// Must return quickly.
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /// One at a time, so that what was read earlier does not stay.
    synchronized void reconsider() {
        var now = read();
        if (!now.equals(settings)) {
            settings = now;
            now.problems().forEach(problem -> LOG.warnf("%s: %s", MAP, problem));
            listeners.forEach(Runnable::run);
        }
    }

    private ComparisonSettings read() {
        return ComparisonSettings.read(entries.apply(MAP));
    }
}
