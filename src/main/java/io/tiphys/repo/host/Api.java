package io.tiphys.repo.host;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/// A host's API of JSON, asked as one who may change something there. Reached as a credential says;
/// what is shown there is shown at no other place that it leads to.
public final class Api implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int MAX_ANSWER_BYTES = 8 * 1024 * 1024;
    private static final int LONGEST_WORDS = 300;

    /// As Java's client tells that an answer goes on.
    private static final String TOO_LARGE = "exceeds capacity";

    /// Where a host is asked too often and does not say for how long not to.
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(10);

    private static final List<Integer> MEANWHILE = List.of(408, 409);
    private static final List<Integer> LIMITED = List.of(403, 429);

    private final String subject;
    private final URI base;
    private final GitCredential credential;
    private final Shown shown;
    private final Duration timeout;
    private final Pace pace;
    private final Optional<String> proxyLogin;
    private final HttpClient client;

    /// What a host is shown.
    ///
    /// @param headers with each question
    /// @param secret what of them must not be repeated
    public record Shown(Map<String, String> headers, String secret) {}

    /// @param json nothing if it is none
    public record Answer(int status, JsonNode json) {

        public boolean isDone() {
            return status >= 200 && status < 300;
        }
    }

    /// @param subject what is done there, for messages, such as `The request of ADDRESS`
    /// @param base where paths begin
    /// @param credential by whose proxy and with whose encryption it is reached
    /// @param timeout the longest that an answer may take
    /// @param pace of all who ask this host
    /// @throws ManifestFailure if it cannot be reached so
    public Api(
            String subject,
            URI base,
            GitCredential credential,
            Shown shown,
            Duration timeout,
            Pace pace) {
        this.subject = subject;
        this.base = base;
        this.credential = credential;
        this.shown = shown;
        this.timeout = timeout;
        this.pace = pace;
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout);
        var proxy = ProxyChoice.of(credential);
        if (proxy.filter(it -> it.proxy().type() == Proxy.Type.SOCKS).isPresent()) {
            throw failure(
                    "the proxy of the Secret %s is none for an API, as socks5:// is not"
                            .formatted(credential.origin()),
                    false);
        }
        proxyLogin = proxy.flatMap(ProxyChoice::login).map(Api::basic);
        builder.proxy(proxy.<ProxySelector>map(Chosen::new).orElseGet(ProxySelector::getDefault));
        Tls.context(credential).ifPresent(builder::sslContext);
        client = builder.build();
    }

    private static String basic(PasswordAuthentication login) {
        return Web.basic(login.getUserName(), new String(login.getPassword()));
    }

    private static final class Chosen extends ProxySelector {

        private final ProxyChoice choice;

        Chosen(ProxyChoice choice) {
            this.choice = choice;
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(choice.of(uri.getHost()));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // Whoever asked is told.
        }
    }

    /// @param path below the base, with what is asked for
    /// @throws ManifestFailure if it does not tell
    public JsonNode get(String path) {
        return done(ask("GET", path, Map.of()));
    }

    /// Has something done.
    ///
    /// @param body its fields
    /// @throws ManifestFailure if that is not done
    public JsonNode send(String method, String path, Map<String, Object> body) {
        return done(ask(method, path, body));
    }

    private JsonNode done(Answer answer) {
        if (!answer.isDone()) {
            throw refused(answer);
        }
        return answer.json();
    }

    /// The same, where it matters how that is answered.
    ///
    /// @throws ManifestFailure if it is not looked at
    public Answer ask(String method, String path, Map<String, Object> body) {
        pace.await(base.getHost(), 0);
        var request =
                HttpRequest.newBuilder(URI.create(base + path).normalize())
                        .timeout(timeout)
                        .header("Accept", "application/json");
        shown.headers().forEach(request::setHeader);
        proxyLogin.ifPresent(it -> request.setHeader("Proxy-Authorization", it));
        try {
            if (method.equals("GET")) {
                request.GET();
            } else {
                request.header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            }
            return answer(exchanged(request.build()));
        } catch (IOException failure) {
            throw unanswered(failure);
        }
    }

    private HttpResponse<byte[]> exchanged(HttpRequest request) throws IOException {
        var answer =
                client.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(failed.getCause());
        } catch (TimeoutException slow) {
            answer.cancel(true);
            throw failure("its answer takes too long", true);
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failure("it was asked to stop", true);
        }
    }

    private Answer answer(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            throw failure(
                    "its host answers %d and leads to %s, where its credentials are not sent: name the address where it is now"
                            .formatted(
                                    status,
                                    response.headers()
                                            .firstValue("Location")
                                            .flatMap(Api::host)
                                            .orElse("nowhere")),
                    false);
        }
        var answer = new Answer(status, json(response.body()));
        if (isLimited(response)) {
            pace.pause(response.headers().firstValue("Retry-After").orElse(""), USUAL_PAUSE);
            throw failure("its host is asked too often, and wants to be left alone", true);
        }
        return answer;
    }

    private static Optional<String> host(String location) {
        try {
            return Optional.ofNullable(URI.create(location).getHost());
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    /// GitHub says so with a status that elsewhere means something else.
    private static boolean isLimited(HttpResponse<byte[]> response) {
        var headers = response.headers();
        return response.statusCode() == 429
                || (LIMITED.contains(response.statusCode())
                        && (headers.firstValue("Retry-After").isPresent()
                                || headers.firstValue("X-RateLimit-Remaining")
                                        .filter("0"::equals)
                                        .isPresent()));
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JacksonException malformed) {
            return JSON.missingNode();
        }
    }

    /// What an answer means that nobody wanted.
    public ManifestFailure refused(Answer answer) {
        var whose = "the credentials of the Secret " + credential.origin();
        var words = words(answer.json());
        int status = answer.status();
        var reason =
                switch (status) {
                    case 401 ->
                            HostTrouble.unauthorized("of the Secret " + credential.origin())
                                    .reason();
                    case 403 -> HostTrouble.forbidden(whose).reason();
                    case 404 ->
                            "its host has no such repository or branch, or does not show it to "
                                    + whose;
                    case 407 -> HostTrouble.ofProxy("407").orElseThrow().reason();
                    default -> "its host answers %d".formatted(status);
                };
        // What somebody else did meanwhile is seen the next time.
        boolean passing =
                status >= 500
                        || MEANWHILE.contains(status)
                        || (status == 422 && words.contains("already exists"));
        return failure(words.isEmpty() ? reason : reason + ": " + words, passing);
    }

    /// What the host says in words: of validations often all that there is.
    private String words(JsonNode json) {
        var words = new ArrayList<String>();
        for (var field : List.of("message", "error", "error_description")) {
            say(json.path(field), words);
        }
        json.path("errors").forEach(it -> say(it, words));
        var text =
                words.stream()
                        .map(it -> it.replaceAll("\\p{Cntrl}+", " ").strip())
                        .filter(it -> !it.isEmpty())
                        .distinct()
                        .collect(Collectors.joining("; "));
        var secret = shown.secret();
        var safe = secret.isEmpty() ? text : text.replace(secret, "***");
        return safe.substring(0, Math.min(safe.length(), LONGEST_WORDS));
    }

    private static void say(JsonNode node, List<String> words) {
        switch (node.getNodeType()) {
            case STRING -> words.add(node.asText());
            case ARRAY -> node.forEach(it -> say(it, words));
            case OBJECT -> say(node.path("message"), words);
            default -> {}
        }
    }

    private ManifestFailure unanswered(IOException failure) {
        if (String.valueOf(failure.getMessage()).contains(TOO_LARGE)) {
            return failure(
                    "its answer is larger than %,d bytes".formatted(MAX_ANSWER_BYTES), false);
        }
        var host = base.getHost();
        var trouble =
                HostTrouble.of(failure, host)
                        .orElseGet(
                                () ->
                                        new HostTrouble(
                                                "its host %s does not answer (%s)"
                                                        .formatted(
                                                                host,
                                                                failure.getClass().getSimpleName()),
                                                true));
        return failure(trouble.reason(), trouble.passing());
    }

    /// @param reason a clause without an end
    public ManifestFailure failure(String reason, boolean passing) {
        return new ManifestFailure("%s: %s".formatted(subject, reason), passing);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
