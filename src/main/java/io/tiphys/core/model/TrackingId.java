package io.tiphys.core.model;

import java.util.Map;
import java.util.Optional;

/// Which Application a resource belongs to, as the tracking annotation says it:
/// `<application>:<group>/<kind>:<namespace>/<name>` (Argo CD's annotation tracking, its default).
public record TrackingId(String application, ResourceKey resource) {

    /// The Application's name in tracking ids: bare in the control plane's own namespace,
    /// `<namespace>_<name>` elsewhere.
    public static String applicationName(ApplicationId application, String controlPlaneNamespace) {
        return application.namespace().equals(controlPlaneNamespace)
                ? application.name()
                : application.namespace() + "_" + application.name();
    }

    /// The Application of a name that [#applicationName] gave.
    public static ApplicationId application(String name, String controlPlaneNamespace) {
        int underscore = name.indexOf('_');
        return underscore < 0
                ? new ApplicationId(controlPlaneNamespace, name)
                : new ApplicationId(name.substring(0, underscore), name.substring(underscore + 1));
    }

    /// The tracking id of a live resource. An id that names another resource does not count: the
    /// resource is then a copy of a tracked one, made with its annotations.
    public static Optional<TrackingId> of(ResourceKey key, Map<String, Object> object) {
        var text = Json.string(object, "metadata", "annotations", Annotations.TRACKING_ID);
        var parts = text.split(":", 3);
        if (parts.length < 3 || parts[0].isEmpty()) {
            return Optional.empty();
        }
        var id = new TrackingId(parts[0], key);
        return id.format(namespace(key, parts[2])).equals(text)
                ? Optional.of(id)
                : Optional.empty();
    }

    /// The same manifest with the annotation that makes the resource this Application's.
    public Manifest stamp(Manifest manifest) {
        return new Manifest(
                Json.with(
                        manifest.object(),
                        toString(),
                        "metadata",
                        "annotations",
                        Annotations.TRACKING_ID),
                manifest.origin());
    }

    @Override
    public String toString() {
        return format(resource.namespace());
    }

    /// Argo CD writes the destination's namespace into the ids of cluster-scoped resources: there,
    /// any will do.
    private static String namespace(ResourceKey key, String named) {
        int slash = named.indexOf('/');
        return key.namespace().isEmpty() && slash >= 0
                ? named.substring(0, slash)
                : key.namespace();
    }

    private String format(String namespace) {
        // Each resource is asked for it again and again, and a format costs ten times as much.
        return application
                + ":"
                + resource.group()
                + "/"
                + resource.kind()
                + ":"
                + namespace
                + "/"
                + resource.name();
    }
}
