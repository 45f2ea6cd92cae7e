package io.tiphys.repo.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Tokens.Token;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/// Gets the tokens that Azure's directory gives its identities, and those that its registries give
/// for them.
final class Azure {

    /// Azure DevOps, as the directory knows it.
    private static final String DEV_OPS = "499b84ac-1321-427f-aa17-267ca6975798/.default";

    private static final String PUBLIC_CLOUD = "https://login.microsoftonline.com";

    /// A directory's number, or a domain.
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");

    private static final int MAX_FILE_BYTES = 64 * 1024;

    /// Of a token that is somebody else's to check.
    private static final JwtConsumer UNCHECKED =
            new JwtConsumerBuilder()
                    .setSkipSignatureVerification()
                    .setSkipAllValidators()
                    .setDisableRequireSignature()
                    .build();

    private final AzureConfig config;

    Azure(AzureConfig config) {
        this.config = config;
    }

    /// For Git repositories in Azure DevOps.
    Token devOps(Login.Azure login, String origin, WebHost way, Instant now) {
        return ask(login, origin, DEV_OPS, way, now);
    }

    /// For [#exchanged].
    Token registries(Login.Azure login, String origin, WebHost way, Instant now) {
        return ask(login, origin, config.registryResource() + "/.default", way, now);
    }

    /// What a registry gives for a directory's token: a password for where it has tokens given out.
    ///
    /// @param address where the registry exchanges them
    /// @param service as the registry calls itself
    static Token exchanged(
            String token,
            Login.Azure login,
            String origin,
            String address,
            String service,
            WebHost way) {
        var url =
                TokenEndpoint.secret(address)
                        .orElseThrow(
                                () ->
                                        new ManifestFailure(
                                                "%s gets no token at a registry without TLS"
                                                        .formatted(whose(login, origin))));
        var registry = new TokenEndpoint(url, whose(login, origin), way);
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "access_token");
        form.put("service", service);
        form.put("access_token", token);
        var answer = registry.post(form);
        if (answer.status() != HttpURLConnection.HTTP_OK) {
            throw registry.refused(answer);
        }
        var given = answer.fields().path("refresh_token").asText();
        return registry.token(given, expires(given));
    }

    /// @return the beginning of time if it does not say
    private static Instant expires(String token) {
        try {
            var end = UNCHECKED.processToClaims(token).getExpirationTime();
            return end == null ? Instant.EPOCH : Instant.ofEpochSecond(end.getValue());
        } catch (InvalidJwtException | MalformedClaimException | RuntimeException opaque) {
            return Instant.EPOCH;
        }
    }

    private Token ask(Login.Azure login, String origin, String scope, WebHost way, Instant now) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("scope", scope);
        return switch (login) {
            case Login.AzurePrincipal(var tenant, var client, var secret, var directory) -> {
                if (client.isEmpty() || !TENANT.matcher(tenant).matches()) {
                    throw new ManifestFailure(
                            "azureServicePrincipalClientId and azureServicePrincipalTenantId of the Secret %s must name an identity and its directory"
                                    .formatted(origin));
                }
                form.put("client_id", client);
                form.put("client_secret", secret.text());
                yield ask(
                        directory.isEmpty() ? PUBLIC_CLOUD : directory,
                        tenant,
                        "azureActiveDirectoryEndpoint of the Secret " + origin,
                        whose(login, origin),
                        way,
                        form,
                        now);
            }
            case Login.AzureWorkload _ -> {
                var client = config.client().orElse("");
                var tenant = config.tenant().orElse("");
                if (client.isEmpty()
                        || config.tokenFile().isEmpty()
                        || !TENANT.matcher(tenant).matches()) {
                    throw new ManifestFailure(
                            "useAzureWorkloadIdentity of the Secret %s: this service has no such identity, for AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE are not all set"
                                    .formatted(origin));
                }
                form.put("client_id", client);
                form.put(
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                form.put("client_assertion", read(config.tokenFile().get()));
                yield ask(
                        config.directory(),
                        tenant,
                        "AZURE_AUTHORITY_HOST",
                        whose(login, origin),
                        way,
                        form,
                        now);
            }
        };
    }

    private static Token ask(
            String directory,
            String tenant,
            String field,
            String whose,
            WebHost way,
            Map<String, String> form,
            Instant now) {
        var address =
                "%s/%s/oauth2/v2.0/token".formatted(directory.replaceFirst("/+$", ""), tenant);
        var url =
                TokenEndpoint.secret(address)
                        .orElseThrow(
                                () -> new ManifestFailure(field + " must begin with https://"));
        var endpoint = new TokenEndpoint(url, whose, way);
        return endpoint.token(endpoint.post(form), now);
    }

    private static String read(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE_BYTES), UTF_8).strip();
        } catch (IOException unreadable) {
            throw new ManifestFailure(
                    "The file that AZURE_FEDERATED_TOKEN_FILE names cannot be read: "
                            + unreadable.getClass().getSimpleName(),
                    true);
        }
    }

    private static String whose(Login.Azure login, String origin) {
        return switch (login) {
            case Login.AzurePrincipal _ -> "the Azure identity of the Secret " + origin;
            case Login.AzureWorkload _ -> "the Azure identity of this service";
        };
    }
}
