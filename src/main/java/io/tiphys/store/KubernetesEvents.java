package io.tiphys.store;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.KubernetesApi;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/// Tells in Kubernetes Events what happened to an Application, for `kubectl describe` and whoever
/// gathers them. One that cannot be written is lost, with a line in the log.
@Singleton
public class KubernetesEvents {

    private static final Logger LOG = Logger.getLogger(KubernetesEvents.class);

    /// The API server takes no longer one.
    private static final int LONGEST_MESSAGE = 1024;

    private static final int NAME_DIGITS = 16;

    private final KubernetesApi api;
    private final ApplicationStore applications;
    private final Clock clock = Clock.systemUTC();

    KubernetesEvents(Clusters clusters, ApplicationStore applications) {
        api = clusters.controlPlane();
        this.applications = applications;
    }

    /// Says something once: while the cluster keeps the Event, the same is not said again.
    ///
    /// @param reason such as `ImagesUpdated`
    /// @param annotations of the Event
    public void tell(
            ApplicationId application,
            String reason,
            String message,
            Map<String, String> annotations) {
        var tree = applications.find(application).map(ApplicationStore.Entry::tree);
        if (tree.isEmpty()) {
            return;
        }
        try {
            api.create(
                    "/api/v1/namespaces/%s/events?fieldManager=%s"
                            .formatted(application.namespace(), KubernetesApi.FIELD_MANAGER),
                    event(tree.get(), application, reason, message, annotations));
        } catch (ApiFailure failure) {
            if (!failure.conflict()) {
                LOG.warnf("No Event tells %s of %s: %s", reason, application, failure.getMessage());
            }
        }
    }

    private Map<String, Object> event(
            Map<String, Object> tree,
            ApplicationId application,
            String reason,
            String message,
            Map<String, String> annotations) {
        var uid = Json.string(tree, "metadata", "uid");
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return Map.ofEntries(
                Map.entry("apiVersion", "v1"),
                Map.entry("kind", "Event"),
                Map.entry(
                        "metadata",
                        Map.of(
                                "namespace",
                                application.namespace(),
                                "name",
                                application.name() + "." + digits(uid + reason + message),
                                "annotations",
                                annotations)),
                Map.entry(
                        "involvedObject",
                        Map.of(
                                "apiVersion",
                                Json.string(tree, "apiVersion"),
                                "kind",
                                Json.string(tree, "kind"),
                                "namespace",
                                application.namespace(),
                                "name",
                                application.name(),
                                "uid",
                                uid,
                                "resourceVersion",
                                Json.string(tree, "metadata", "resourceVersion"))),
                Map.entry("source", Map.of("component", "tiphys")),
                Map.entry("type", "Normal"),
                Map.entry("reason", reason),
                Map.entry(
                        "message",
                        message.substring(0, Math.min(message.length(), LONGEST_MESSAGE))),
                Map.entry("firstTimestamp", now),
                Map.entry("lastTimestamp", now),
                Map.entry("count", 1));
    }

    private static String digits(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, NAME_DIGITS);
    }
}
