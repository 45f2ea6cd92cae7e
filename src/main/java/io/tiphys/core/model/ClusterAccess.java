package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the API server of a cluster is reached: Argo CD's `config` of a cluster's Secret.
///
/// @param authorities certificates in PEM, of which its own must be; empty for the machine's
/// @param clientCertificate in PEM, with its `clientKey`; empty for none
/// @param insecure whether any certificate is believed
/// @param serverName that its certificate must have; empty for the host of its address
/// @param compressed whether long answers may come compressed
/// @param proxy address of a proxy, which may hold a password; empty for none
public record ClusterAccess(
        ClusterLogin login,
        String authorities,
        Hidden clientCertificate,
        Hidden clientKey,
        boolean insecure,
        String serverName,
        boolean compressed,
        Hidden proxy) {

    /// What a Secret without a `config` means.
    public static final ClusterAccess PLAIN =
            new ClusterAccess(
                    new ClusterLogin.None(),
                    "",
                    Hidden.EMPTY,
                    Hidden.EMPTY,
                    false,
                    "",
                    true,
                    Hidden.EMPTY);

    /// @throws InvalidSpecException naming the field that is not as Argo CD has it, without what
    ///     stands in it
    public static ClusterAccess read(Map<String, Object> config) {
        var tls = object(config, "tlsClientConfig");
        return new ClusterAccess(
                login(config),
                pem(tls, "caData"),
                new Hidden(pem(tls, "certData")),
                new Hidden(pem(tls, "keyData")),
                bool(tls, "insecure"),
                string(tls, "serverName"),
                !bool(config, "disableCompression"),
                new Hidden(string(config, "proxyUrl")));
    }

    /// In Argo CD's order, where there are several.
    private static ClusterLogin login(Map<String, Object> config) {
        var aws = object(config, "awsAuthConfig");
        if (!aws.isEmpty()) {
            return aws(aws);
        }
        var exec = object(config, "execProviderConfig");
        if (!exec.isEmpty()) {
            return command(exec);
        }
        var token = string(config, "bearerToken");
        var user = string(config, "username");
        if (!token.isEmpty()) {
            return new ClusterLogin.Bearer(new Hidden(token));
        }
        return user.isEmpty()
                ? new ClusterLogin.None()
                : new ClusterLogin.Basic(user, new Hidden(string(config, "password")));
    }

    /// Argo CD runs a command of its own for it, which a Secret may name as well.
    private static ClusterLogin aws(Map<String, Object> aws) {
        var command = new ArrayList<>(List.of("argocd-k8s-auth", "aws"));
        option(command, "--cluster-name", string(aws, "clusterName"));
        option(command, "--role-arn", string(aws, "roleARN"));
        option(command, "--profile", string(aws, "profile"));
        return new ClusterLogin.Command(
                command, Map.of(), "client.authentication.k8s.io/v1beta1", "", false);
    }

    private static void option(List<String> command, String name, String value) {
        if (!value.isEmpty()) {
            command.addAll(List.of(name, value));
        }
    }

    private static ClusterLogin command(Map<String, Object> exec) {
        var command = new ArrayList<String>();
        command.add(string(exec, "command"));
        if (command.getFirst().isBlank()) {
            throw new InvalidSpecException("execProviderConfig.command is missing");
        }
        if (exec.get("args") != null && !(exec.get("args") instanceof List<?>)) {
            throw new InvalidSpecException("execProviderConfig.args must be a list");
        }
        for (var argument : Json.array(exec, "args")) {
            if (!(argument instanceof String text)) {
                throw new InvalidSpecException("execProviderConfig.args must be texts");
            }
            command.add(text);
        }
        var env = new HashMap<String, Hidden>();
        object(exec, "env")
                .forEach((name, _) -> env.put(name, new Hidden(string(exec, "env", name))));
        return new ClusterLogin.Command(
                command,
                env,
                string(exec, "apiVersion"),
                string(exec, "installHint"),
                bool(exec, "provideClusterInfo"));
    }

    private static Map<String, Object> object(Map<String, Object> tree, String field) {
        if (tree.get(field) != null && !(tree.get(field) instanceof Map<?, ?>)) {
            throw new InvalidSpecException(field + " must be an object");
        }
        return Json.object(tree, field);
    }

    private static String string(Map<String, Object> tree, String... path) {
        return switch (Json.at(tree, path)) {
            case null -> "";
            case String text -> text;
            default -> throw new InvalidSpecException(String.join(".", path) + " must be a text");
        };
    }

    private static boolean bool(Map<String, Object> tree, String field) {
        @Nullable Object value = tree.get(field);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new InvalidSpecException(field + " must be true or false");
    }

    /// Go reads bytes from base64.
    private static String pem(Map<String, Object> tls, String field) {
        try {
            return new String(
                    Base64.getDecoder().decode(string(tls, field)),
                    java.nio.charset.StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidSpecException("tlsClientConfig." + field + " is no base64");
        }
    }
}
