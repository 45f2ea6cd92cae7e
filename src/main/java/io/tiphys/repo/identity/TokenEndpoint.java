package io.tiphys.repo.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.Bounded;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Tokens.Token;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Who gives out tokens, by a question with one small answer. What it says is not repeated: a token
/// may be in it.
///
/// @param url where it is asked
/// @param whose for messages, such as `the GitHub App of the Secret NAME`
/// @param way how it is reached
record TokenEndpoint(URL url, String whose, WebHost way) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int TIMEOUT_MILLIS = 15_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    /// Beyond what anybody gives: of what cannot be believed no time is reckoned.
    private static final long MAX_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "[::1]");

    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    /// Names of errors by RFC 6749, and Azure's numbers of them.
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,60}");

    private static final Pattern AZURE_ERROR = Pattern.compile("\\bAADSTS[0-9]{1,10}\\b");

    /// @param fields none if it is no JSON
    record Answer(int status, JsonNode fields) {}

    /// An address that secrets may be sent to: nobody can read them on the way.
    ///
    /// @return empty if it is none
    static Optional<URL> secret(String address) {
        try {
            var url = new URI(address).toURL();
            boolean safe =
                    url.getProtocol().equals("https")
                            || (url.getProtocol().equals("http")
                                    && LOOPBACK.contains(url.getHost()));
            return Optional.of(url).filter(_ -> safe && !url.getHost().isEmpty());
        } catch (URISyntaxException | MalformedURLException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// @param form names and values
    Answer post(Map<String, String> form) {
        var body =
                form.entrySet().stream()
                        .map(it -> encoded(it.getKey()) + "=" + encoded(it.getValue()))
                        .collect(Collectors.joining("&"));
        return post(Map.of("Content-Type", "application/x-www-form-urlencoded"), body);
    }

    Answer post(Map<String, String> headers, String body) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        try {
            var connection = way.open(url);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Accept", "application/json");
            headers.forEach(connection::setRequestProperty);
            connection.setDoOutput(true);
            try (var out = connection.getOutputStream()) {
                out.write(body.getBytes(UTF_8));
            }
            int status = connection.getResponseCode();
            return new Answer(status, fields(connection, status, until));
        } catch (IOException unanswered) {
            throw failure(unanswered.getClass().getSimpleName(), true);
        }
    }

    private JsonNode fields(HttpURLConnection connection, int status, long until)
            throws IOException {
        var body =
                status < HttpURLConnection.HTTP_BAD_REQUEST
                        ? connection.getInputStream()
                        : connection.getErrorStream();
        if (body == null) {
            return JSON.missingNode();
        }
        var bounded =
                new Bounded(
                        body,
                        MAX_ANSWER_BYTES,
                        () -> failure("its answer is too large", true),
                        () -> {
                            if (System.nanoTime() - until > 0) {
                                throw failure("its answer takes too long", true);
                            }
                        });
        try (bounded) {
            return JSON.readTree(bounded.readAllBytes());
        } catch (JacksonException malformed) {
            return JSON.missingNode();
        }
    }

    /// What an answer to OAuth 2's questions holds.
    ///
    /// @throws ManifestFailure if that is no token
    Token token(Answer answer, Instant now) {
        if (answer.status() != HttpURLConnection.HTTP_OK) {
            throw refused(answer);
        }
        long seconds = Math.clamp(answer.fields().path("expires_in").asLong(0), 0, MAX_SECONDS);
        return token(answer.fields().path("access_token").asText(), now.plusSeconds(seconds));
    }

    /// @throws ManifestFailure if it cannot be one
    Token token(String text, Instant expires) {
        if (!TOKEN.matcher(text).matches()) {
            throw failure("its answer holds none", true);
        }
        return new Token(text, expires);
    }

    /// Why there is none, as far as the answer tells by names that are known.
    ManifestFailure refused(Answer answer) {
        var error = answer.fields().path("error").asText();
        var number = AZURE_ERROR.matcher(answer.fields().path("error_description").asText());
        var names =
                (ERROR.matcher(error).matches() ? " " + error : "")
                        + (number.find() ? " " + number.group() : "");
        return failure(
                "it answered " + answer.status() + names,
                answer.status() == 429 || answer.status() >= 500);
    }

    ManifestFailure failure(String reason, boolean passing) {
        return new ManifestFailure(
                "%s gives no token for %s: %s".formatted(url.getHost(), whose, reason), passing);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
