package io.tiphys.store;

import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.core.model.Tracking;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// How resources name their Applications, as `argocd-cm` says. A change counts at once: clusters
/// are read anew with it, then whoever listens is called.
@Singleton
public class TrackingChoice {

    private static final Logger LOG = Logger.getLogger(TrackingChoice.class);
    private static final String MAP = "argocd-cm";

    private final Function<String, Map<String, String>> entries;
    private final Consumer<Tracking> clusters;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Tracking tracking = Tracking.DEFAULT;

    @Inject
    TrackingChoice(Settings settings, Clusters clusters) {
        this(settings::entries, clusters::track);
        settings.onChange(this::reconsider);
    }

    /// @param entries of the ConfigMap of a name
    /// @param clusters told of each choice
    TrackingChoice(Function<String, Map<String, String>> entries, Consumer<Tracking> clusters) {
        this.entries = entries;
        this.clusters = clusters;
    }

    /// Before any cluster is read, and after the settings are.
    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
        reconsider();
    }

    public Tracking tracking() {
        return tracking;
    }

    /// Calls back when resources name their Applications otherwise, on the thread that saw it. Must
    /// return quickly.
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /// One at a time, so that what was read earlier does not stay.
    synchronized void reconsider() {
        var settings = entries.apply(MAP);
        var now = Tracking.read(settings);
        if (!now.equals(tracking)) {
            tracking = now;
            clusters.accept(now);
            listeners.forEach(Runnable::run);
        }
        Tracking.problem(settings).ifPresent(problem -> LOG.warnf("%s: %s", MAP, problem));
    }
}
