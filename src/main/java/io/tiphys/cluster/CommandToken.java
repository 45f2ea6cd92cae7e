package io.tiphys.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.ClusterLogin;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The token that a command gives, by the protocol of `client.authentication.k8s.io`.
///
/// @param origin the Secret's name, for messages
/// @param server that it is for
record CommandToken(ClusterLogin.Command command, String origin, String server)
        implements Supplier<Token> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    /// Shorter ones would make holes in any message.
    private static final int SCRUBBED_LENGTH = 4;

    @Override
    public Token get() {
        var status = Json.object(answer(), "status");
        var token = Json.string(status, "token");
        if (!TOKEN.matcher(token).matches()) {
            throw failure(
                    Json.string(status, "clientCertificateData").isEmpty()
                            ? "answered without a token"
                            : "answered with a certificate, and only tokens are understood");
        }
        return new Token(new Hidden(token), expires(Json.string(status, "expirationTimestamp")));
    }

    private Instant expires(String timestamp) {
        try {
            return timestamp.isEmpty() ? Instant.MAX : Instant.parse(timestamp);
        } catch (DateTimeException malformed) {
            throw failure("answered with an expirationTimestamp that is no time");
        }
    }

    private Map<String, Object> answer() {
        return switch (new CredentialCommand(command.command(), variables()).run()) {
            case CredentialCommand.Outcome.Said(var text) -> parse(text);
            case CredentialCommand.Outcome.Failed(var how, var said) ->
                    throw failure(scrubbed(how + said));
            case CredentialCommand.Outcome.Missing() ->
                    throw failure(
                            "is not installed here"
                                    + (command.installHint().isBlank()
                                            ? ""
                                            : ": " + command.installHint().strip()));
        };
    }

    private Map<String, Object> parse(String text) {
        try {
            return ApiJson.parse(text);
        } catch (IOException malformed) {
            // What it said is not repeated: a token may be in it.
            throw failure("answered something that is no JSON object");
        }
    }

    private Map<String, String> variables() {
        var variables = new LinkedHashMap<String, String>();
        command.env().forEach((name, value) -> variables.put(name, value.text()));
        var spec = new LinkedHashMap<String, Object>();
        spec.put("interactive", false);
        if (command.provideClusterInfo()) {
            spec.put("cluster", Map.of("server", server));
        }
        try {
            variables.put(
                    "KUBERNETES_EXEC_INFO",
                    JSON.writeValueAsString(
                            Map.of(
                                    "apiVersion",
                                    command.apiVersion(),
                                    "kind",
                                    "ExecCredential",
                                    "spec",
                                    spec)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree must have a JSON form", impossible);
        }
        return variables;
    }

    private String scrubbed(String text) {
        var scrubbed = text;
        for (var value : command.env().values()) {
            if (value.text().length() >= SCRUBBED_LENGTH) {
                scrubbed = scrubbed.replace(value.text(), "(hidden)");
            }
        }
        return scrubbed;
    }

    private ApiFailure failure(String how) {
        return new ApiFailure(
                0,
                "The command %s of the Secret %s %s"
                        .formatted(command.command().getFirst(), origin, how));
    }
}
