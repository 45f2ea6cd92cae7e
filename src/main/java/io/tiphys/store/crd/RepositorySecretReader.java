package io.tiphys.store.crd;

import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.model.RepositorySecret.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Reads the Secrets that say how repositories of Git and of charts are reached.
public final class RepositorySecretReader {

    private static final String TYPE = "argocd.argoproj.io/secret-type";

    private RepositorySecretReader() {}

    /// Empty for every other Secret, and for one without an address.
    public static Optional<RepositorySecret> read(Map<String, Object> secret) {
        var fields = SecretFields.of(secret);
        var url = fields.getOrDefault("url", Hidden.EMPTY);
        return kind(Json.string(secret, "metadata", "labels", TYPE))
                .filter(_ -> !url.text().isBlank())
                .map(
                        kind ->
                                new RepositorySecret(
                                        Json.string(secret, "metadata", "name"),
                                        kind,
                                        address(fields, url.text()),
                                        fields.getOrDefault("project", Hidden.EMPTY).text(),
                                        fields));
    }

    /// A Secret that somebody names for one repository, whatever its label.
    ///
    /// @param url of that repository, if the Secret says none itself
    public static RepositorySecret named(Map<String, Object> secret, String url) {
        var fields = SecretFields.of(secret);
        var own = fields.getOrDefault("url", Hidden.EMPTY).text();
        return new RepositorySecret(
                Json.string(secret, "metadata", "name"),
                Kind.WRITE_REPOSITORY,
                address(fields, own.isBlank() ? url : own),
                fields.getOrDefault("project", Hidden.EMPTY).text(),
                fields);
    }

    private static RepositoryAddress address(Map<String, Hidden> fields, String url) {
        return switch (fields.getOrDefault("type", Hidden.EMPTY).text()) {
            case "helm", "oci" -> RepositoryAddress.ofCharts(url);
            default -> RepositoryAddress.of(url);
        };
    }

    private static Optional<Kind> kind(String label) {
        return Arrays.stream(Kind.values()).filter(it -> it.label().equals(label)).findFirst();
    }
}
