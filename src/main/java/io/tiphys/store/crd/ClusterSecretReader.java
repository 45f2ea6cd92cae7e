package io.tiphys.store.crd;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tiphys.core.model.ClusterAccess;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the Secrets that tell of clusters.
public final class ClusterSecretReader {

    private static final String TYPE = "argocd.argoproj.io/secret-type";

    /// Of who applied the Secret with `kubectl`: all that the Secret holds is in it.
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final ObjectReader TREE =
            new ObjectMapper()
                    .readerFor(new TypeReference<Map<String, Object>>() {})
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private ClusterSecretReader() {}

    /// Empty for every other Secret. One that cannot be used is there all the same, so that
    /// Applications can say why.
    public static Optional<ClusterSecret> read(Map<String, Object> secret) {
        if (!Json.string(secret, "metadata", "labels", TYPE).equals("cluster")) {
            return Optional.empty();
        }
        var fields = SecretFields.of(secret);
        var server = text(fields, "server").strip().replaceFirst("/+$", "");
        var name = text(fields, "name").strip();
        var plain =
                new ClusterSecret(
                        Json.string(secret, "metadata", "name"),
                        name.isEmpty() ? server : name,
                        server,
                        ClusterSecret.namespaces(text(fields, "namespaces")),
                        text(fields, "clusterResources").equals("true"),
                        text(fields, "project"),
                        text(fields, "shard"),
                        Json.strings(secret, "metadata", "labels"),
                        annotations(secret),
                        ClusterAccess.PLAIN,
                        ClusterSecret.problemOf(server));
        return Optional.of(plain.problem().isPresent() ? plain : with(plain, fields));
    }

    private static ClusterSecret with(ClusterSecret plain, Map<String, Hidden> fields) {
        try {
            var config = text(fields, "config");
            return config.isBlank()
                    ? plain
                    : plain.with(ClusterAccess.read(TREE.readValue(config)));
        } catch (JacksonException malformed) {
            // What it says repeats what it could not read.
            return plain.unusable("config is no JSON object");
        } catch (InvalidSpecException invalid) {
            return plain.unusable("config: " + invalid.getMessage());
        }
    }

    private static Map<String, String> annotations(Map<String, Object> secret) {
        var annotations = new LinkedHashMap<>(Json.strings(secret, "metadata", "annotations"));
        annotations.remove(LAST_APPLIED);
        return annotations;
    }

    private static String text(Map<String, Hidden> fields, String key) {
        return fields.getOrDefault(key, Hidden.EMPTY).text();
    }
}
