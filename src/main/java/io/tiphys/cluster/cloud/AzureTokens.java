package io.tiphys.cluster.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.CloudTokens;
import io.tiphys.cluster.Token;
import io.tiphys.core.model.Hidden;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tokens of Azure's directory for AKS: by the identity of the pod's workload, of a service
/// principal or of the machine, as `AAD_LOGIN_METHOD` says.
@Singleton
final class AzureTokens implements CloudTokens {

    /// AKS, as the directory knows it.
    private static final String AKS = "6dae42f8-4368-4678-94ff-3960e28e3630";

    private static final Map<String, String> DIRECTORIES =
            Map.of(
                    "AzurePublicCloud", "https://login.microsoftonline.com/",
                    "AzureUSGovernmentCloud", "https://login.microsoftonline.us/",
                    "AzureChinaCloud", "https://login.chinacloudapi.cn/");

    private static final String MACHINE = "http://169.254.169.254";

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,60}");
    private static final Pattern NUMBER = Pattern.compile("\\bAADSTS[0-9]{1,10}\\b");

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int MAX_BYTES = 256 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String machine;
    private final Clock clock = Clock.systemUTC();

    AzureTokens() {
        this(MACHINE);
    }

    /// @param machine where a machine asks for its own identity
    AzureTokens(String machine) {
        this.machine = machine;
    }

    @Override
    public String cloud() {
        return "azure";
    }

    @Override
    public Token token(Asked asked) {
        var audience = asked.set("AAD_SERVER_APPLICATION_ID").orElse(AKS);
        var method = asked.set("AAD_LOGIN_METHOD").orElse("workloadidentity");
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("scope", audience + "/.default");
        return switch (method) {
            case "workloadidentity" -> {
                form.put("client_id", required(asked, "AZURE_CLIENT_ID"));
                form.put(
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                form.put("client_assertion", read(required(asked, "AZURE_FEDERATED_TOKEN_FILE")));
                yield ask(directory(asked, required(asked, "AZURE_TENANT_ID")), form);
            }
            case "spn" -> {
                form.put(
                        "client_id",
                        either(asked, "AAD_SERVICE_PRINCIPAL_CLIENT_ID", "AZURE_CLIENT_ID"));
                form.put(
                        "client_secret",
                        either(
                                asked,
                                "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET",
                                "AZURE_CLIENT_SECRET"));
                yield ask(directory(asked, required(asked, "AZURE_TENANT_ID")), form);
            }
            case "msi" -> ofMachine(asked, audience);
            default ->
                    throw new ApiFailure(
                            0,
                            "AAD_LOGIN_METHOD must be workloadidentity, spn or msi: nobody is here"
                                    + " to log in otherwise");
        };
    }

    private URI directory(Asked asked, String tenant) {
        if (!TENANT.matcher(tenant).matches()) {
            throw new ApiFailure(0, "AZURE_TENANT_ID must name a directory");
        }
        var host =
                asked.set("AZURE_AUTHORITY_HOST")
                        .or(() -> asked.set("AAD_ENVIRONMENT_NAME").map(DIRECTORIES::get))
                        .orElse("https://login.microsoftonline.com/");
        var address =
                URI.create(host.replaceFirst("/+$", "") + "/" + tenant + "/oauth2/v2.0/token");
        // A secret is sent there.
        if (!"https".equals(address.getScheme()) && !"127.0.0.1".equals(address.getHost())) {
            throw new ApiFailure(0, "AZURE_AUTHORITY_HOST must begin with https://");
        }
        return address;
    }

    private Token ask(URI directory, Map<String, String> form) {
        return exchange(
                HttpRequest.newBuilder(directory)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(encoded(form)))
                        .build());
    }

    private Token ofMachine(Asked asked, String audience) {
        var query = new LinkedHashMap<String, String>();
        query.put("api-version", "2018-02-01");
        query.put("resource", audience);
        asked.set("AZURE_CLIENT_ID").ifPresent(it -> query.put("client_id", it));
        var address = machine + "/metadata/identity/oauth2/token?" + encoded(query);
        return exchange(
                HttpRequest.newBuilder(URI.create(address)).header("Metadata", "true").build());
    }

    private Token exchange(HttpRequest request) {
        var host = request.uri().getHost();
        try (var http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var timed = HttpRequest.newBuilder(request, (_, _) -> true).timeout(TIMEOUT).build();
            var answer = http.send(timed, BodyHandlers.ofInputStream());
            JsonNode fields;
            try (var body = answer.body()) {
                fields = JSON.readTree(body.readNBytes(MAX_BYTES));
            }
            var token = fields.path("access_token").asText();
            if (answer.statusCode() != 200 || token.isEmpty()) {
                throw new ApiFailure(
                        0,
                        "%s gives no token: it answered %d%s"
                                .formatted(host, answer.statusCode(), named(fields)));
            }
            // A machine says it as a text.
            long seconds = fields.path("expires_in").asLong(0);
            return new Token(
                    new Hidden(token),
                    clock.instant()
                            .plusSeconds(Math.clamp(seconds, 0, Duration.ofDays(1).toSeconds())));
        } catch (IOException unanswered) {
            throw new ApiFailure(
                    0,
                    "%s gives no token: %s".formatted(host, unanswered.getClass().getSimpleName()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ApiFailure(0, "Interrupted while waiting for " + host);
        }
    }

    /// What it says otherwise is not repeated: it may hold what was sent.
    private static String named(JsonNode fields) {
        var error = fields.path("error").asText();
        var number = NUMBER.matcher(fields.path("error_description").asText());
        return (ERROR.matcher(error).matches() ? " " + error : "")
                + (number.find() ? " " + number.group() : "");
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(
                        it ->
                                URLEncoder.encode(it.getKey(), UTF_8)
                                        + "="
                                        + URLEncoder.encode(it.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String either(Asked asked, String one, String other) {
        return asked.set(one).or(() -> asked.set(other)).orElseThrow(() -> missing(other));
    }

    private static String required(Asked asked, String name) {
        return asked.set(name).orElseThrow(() -> missing(name));
    }

    private static ApiFailure missing(String name) {
        return new ApiFailure(0, "argocd-k8s-auth azure: %s is not set".formatted(name));
    }

    private static String read(String file) {
        try (var in = Files.newInputStream(Path.of(file))) {
            return new String(in.readNBytes(MAX_BYTES), UTF_8).strip();
        } catch (IOException unreadable) {
            throw new ApiFailure(
                    0,
                    "The file that AZURE_FEDERATED_TOKEN_FILE names cannot be read: "
                            + unreadable.getClass().getSimpleName());
        }
    }
}
