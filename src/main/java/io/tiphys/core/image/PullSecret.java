package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// The Secret with which a registry is asked for an image.
///
/// @param field that holds `user:password`; empty if it is one of Docker's configurations
public record PullSecret(String namespace, String name, String field) {

    private static final String NAME = "([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)";
    private static final Pattern CONFIGURATION = Pattern.compile("pullsecret:" + NAME + "/" + NAME);
    private static final Pattern FIELD =
            Pattern.compile("secret:" + NAME + "/" + NAME + "#([A-Za-z0-9._-]+)");

    /// @throws InvalidTagFilterException if it is none, or of a kind that is not read
    static PullSecret parse(String text) {
        // What else stands there may be a password that was put in the wrong place.
        return find(text)
                .orElseThrow(
                        () ->
                                new InvalidTagFilterException(
                                        "pull-secret must be pullsecret:<namespace>/<name> or"
                                            + " secret:<namespace>/<name>#<field>; env: and ext:"
                                            + " are for registries.conf alone"));
    }

    /// @return empty if it is none
    static Optional<PullSecret> find(String text) {
        var configuration = CONFIGURATION.matcher(text);
        if (configuration.matches()) {
            return Optional.of(new PullSecret(configuration.group(1), configuration.group(2), ""));
        }
        var field = FIELD.matcher(text);
        return field.matches()
                ? Optional.of(new PullSecret(field.group(1), field.group(2), field.group(3)))
                : Optional.empty();
    }

    /// Who a registry is told that we are.
    ///
    /// @param registry its host, as images are spelled
    /// @param entries of the Secret
    /// @throws RefusedEditException if the Secret has nothing for it
    public Login login(String registry, Map<String, String> entries) {
        if (!field.isEmpty()) {
            return password(entries.getOrDefault(field, ""));
        }
        var hosts =
                registry.equals("docker.io")
                        ? List.of("https://index.docker.io/v1/", "index.docker.io", "docker.io")
                        : List.of(registry, "https://" + registry, "http://" + registry);
        var logins = field(root(entries.getOrDefault(".dockerconfigjson", "")), "auths");
        for (var host : hosts) {
            var login = field(logins, host);
            if (login.isPresent()) {
                return login(login.get());
            }
        }
        throw new RefusedEditException(
                "the Secret %s has no login for the registry %s".formatted(name, registry));
    }

    private Login login(MappingNode login) {
        var user = KustomizationImages.value(login, "username");
        var password = KustomizationImages.value(login, "password");
        if (user.isPresent() && password.isPresent()) {
            return new Login.Password(new Hidden(user.get()), new Hidden(password.get()), false);
        }
        try {
            var both =
                    Base64.getDecoder().decode(KustomizationImages.value(login, "auth").orElse(""));
            return password(new String(both, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException noBase64) {
            throw new RefusedEditException(
                    "the Secret %s has a login that cannot be read".formatted(name));
        }
    }

    private Login password(String both) {
        return password(both, "the Secret %s has no user and password there".formatted(name));
    }

    /// @param both user and password, with a colon between them
    /// @param otherwise what is told if they are not
    /// @throws RefusedEditException if they are not
    public static Login password(String both, String otherwise) {
        int colon = both.indexOf(':');
        if (colon < 0) {
            throw new RefusedEditException(otherwise);
        }
        return new Login.Password(
                new Hidden(both.substring(0, colon)),
                new Hidden(both.substring(colon + 1).strip()),
                false);
    }

    private Optional<MappingNode> root(String json) {
        try {
            return YamlFile.parse(json).root();
        } catch (UnreadableManifestException | RefusedEditException unreadable) {
            // Its message might quote the Secret.
            throw new RefusedEditException(
                    "the Secret %s holds no configuration of Docker's".formatted(name));
        }
    }

    private static Optional<MappingNode> field(Optional<MappingNode> mapping, String key) {
        return mapping.flatMap(it -> YamlFile.field(it, key))
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast);
    }
}
