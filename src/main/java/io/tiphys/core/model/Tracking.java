package io.tiphys.core.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// How resources say which Application they belong to, as users of Argo CD choose it in
/// `argocd-cm`.
///
/// @param labelKey the label that names the Application, where labels count
/// @param installation which of several control planes that share a cluster; empty if there is one
public record Tracking(Method method, String labelKey, String installation) {

    /// Where the name stands.
    public enum Method {
        ANNOTATION("annotation"),
        LABEL("label"),
        /// The annotation counts; the label is for people and other tools.
        BOTH("annotation+label");

        private final String wire;

        Method(String wire) {
            this.wire = wire;
        }
    }

    public static final Tracking DEFAULT =
            new Tracking(Method.ANNOTATION, "app.kubernetes.io/instance", "");

    private static final String METHOD = "application.resourceTrackingMethod";
    private static final String LABEL_KEY = "application.instanceLabelKey";
    private static final String INSTALLATION = "installationID";

    /// Kubernetes' limit on the value of a label.
    private static final int LONGEST_LABEL = 63;

    /// @param settings the entries of `argocd-cm`
    public static Tracking read(Map<String, String> settings) {
        var key = settings.getOrDefault(LABEL_KEY, "");
        return new Tracking(
                method(settings).orElse(Method.ANNOTATION),
                key.isEmpty() ? DEFAULT.labelKey : key,
                settings.getOrDefault(INSTALLATION, ""));
    }

    /// What the author of the settings should mend.
    public static Optional<String> problem(Map<String, String> settings) {
        return method(settings).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "%s: %s is none of annotation, label and annotation+label; annotation counts"
                                .formatted(METHOD, settings.get(METHOD)));
    }

    private static Optional<Method> method(Map<String, String> settings) {
        var wire = settings.getOrDefault(METHOD, "");
        return wire.isEmpty()
                ? Optional.of(Method.ANNOTATION)
                : Arrays.stream(Method.values()).filter(it -> it.wire.equals(wire)).findFirst();
    }

    /// The Application that a live resource names as its own.
    public Optional<String> application(ResourceKey key, Map<String, Object> object) {
        if (method == Method.LABEL) {
            var name = Json.string(object, "metadata", "labels", labelKey);
            return name.isEmpty() ? Optional.empty() : Optional.of(name);
        }
        return ofThisInstallation(object)
                ? TrackingId.of(key, object).map(TrackingId::application)
                : Optional.empty();
    }

    private boolean ofThisInstallation(Map<String, Object> object) {
        return installation.isEmpty()
                || installation.equals(
                        Json.string(
                                object, "metadata", "annotations", Annotations.INSTALLATION_ID));
    }

    /// The same manifest, which now names the Application. Whatever it named before counts no more.
    public Manifest stamp(String application, Manifest manifest) {
        return switch (method) {
            case ANNOTATION -> annotated(application, manifest);
            case LABEL -> labelled(application, manifest);
            case BOTH -> labelled(shortened(application), annotated(application, manifest));
        };
    }

    private Manifest annotated(String application, Manifest manifest) {
        var stamped = new TrackingId(application, manifest.key()).stamp(manifest);
        return installation.isEmpty()
                ? stamped
                : new Manifest(
                        Json.with(
                                stamped.object(),
                                installation,
                                "metadata",
                                "annotations",
                                Annotations.INSTALLATION_ID),
                        stamped.origin());
    }

    private Manifest labelled(String application, Manifest manifest) {
        return new Manifest(
                Json.with(manifest.object(), application, "metadata", "labels", labelKey),
                manifest.origin());
    }

    /// As much of the name as a label can hold; a label must end with a letter or a digit.
    private static String shortened(String name) {
        return name.length() <= LONGEST_LABEL
                ? name
                : name.substring(0, LONGEST_LABEL).replaceFirst("[^A-Za-z0-9]+$", "");
    }
}
