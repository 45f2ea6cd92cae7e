package io.tiphys.store;

import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.ResourceFilter;
import io.tiphys.core.model.RespectRbac;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.jboss.logging.Logger;

/// Tells the clusters which kinds `argocd-cm` leaves out, and what it makes of those that they do
/// not let the service list. A change counts at once; while one of them cannot be read, what it
/// said before counts.
@Singleton
class ResourceFilters {

    private static final Logger LOG = Logger.getLogger(ResourceFilters.class);
    private static final String MAP = "argocd-cm";

    private final Settings settings;
    private final Clusters clusters;

    ResourceFilters(Settings settings, Clusters clusters) {
        this.settings = settings;
        this.clusters = clusters;
    }

    /// After the settings were read, and before any cluster is connected.
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 1) StartupEvent event) {
        settings.onChange(this::reconsider);
        reconsider();
    }

    private synchronized void reconsider() {
        take(() -> clusters.filter(ResourceFilter.read(settings.entries(MAP))));
        take(() -> clusters.respect(RespectRbac.read(settings.entries(MAP))));
    }

    private static void take(Runnable setting) {
        try {
            setting.run();
        } catch (InvalidSpecException unreadable) {
            LOG.errorf("The ConfigMap %s: %s", MAP, unreadable.getMessage());
        }
    }
}
