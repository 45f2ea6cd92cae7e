package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.repo.host.Web;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How one repository of a registry is logged in to: with what the Secret has, or with a token that
/// is had for it where the registry says. Nothing is shown before the registry asks.
final class RegistryLogin {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)\\s*=\\s*\"([^\"]*)\"");
    private static final int MAX_TOKEN = 256 * 1024;

    /// What the specification says where the registry does not.
    private static final int USUAL_SECONDS = 60;

    /// So that it does not expire on its way.
    private static final int EARLY_SECONDS = 10;

    private final Web web;
    private final String scope;
    private volatile @Nullable Shown shown;

    /// @param until by `System.nanoTime()`
    private record Shown(String authorization, boolean expires, long until) {}

    /// @param scope asked for where the registry names none
    RegistryLogin(Web web, String scope) {
        this.web = web;
        this.scope = scope;
    }

    /// What it is shown at once, as the head `Authorization` has it.
    Optional<String> known() {
        var now = shown;
        return now == null || (now.expires() && System.nanoTime() - now.until() > 0)
                ? Optional.empty()
                : Optional.of(now.authorization());
    }

    /// Sees to it that [#known] is what a registry asks for.
    ///
    /// @param challenge the head `WWW-Authenticate`
    /// @param from where the challenge came from
    /// @return empty if there is no more to show than was shown
    Optional<String> answer(String challenge, URI from) {
        var before = known();
        shown = null;
        if (!web.isOwn(from)) {
            return Optional.empty();
        }
        var kind = challenge.strip().toLowerCase(Locale.ROOT);
        var login = web.login();
        if (kind.startsWith("bearer") && login.filter(it -> it.startsWith("Bearer")).isEmpty()) {
            token(parameters(challenge), login);
        } else {
            login.filter(it -> before.isEmpty()).ifPresent(it -> shown = new Shown(it, false, 0));
        }
        return known();
    }

    private static Map<String, String> parameters(String challenge) {
        var parameters = new HashMap<String, String>();
        PARAMETER
                .matcher(challenge)
                .results()
                .forEach(it -> parameters.put(it.group(1), it.group(2)));
        return parameters;
    }

    /// Registries have tokens given out by other hosts. What belongs to a registry goes where that
    /// sends it, as long as nobody can read it on the way.
    private void token(Map<String, String> parameters, Optional<String> login) {
        var realm = realm(parameters);
        var answer =
                web.get(
                        realm,
                        Map.of("Accept", "application/json"),
                        login,
                        Optional.of(web.other(realm)));
        try (answer) {
            if (answer.status() != 200) {
                throw web.refused(answer.status(), "token");
            }
            var json = JSON.readTree(answer.bytes("its token", MAX_TOKEN));
            var token = text(json, "token").or(() -> text(json, "access_token"));
            if (token.isEmpty()) {
                throw web.failure("its host gives out a token that is none", true);
            }
            long seconds = json.path("expires_in").asLong(USUAL_SECONDS) - EARLY_SECONDS;
            shown =
                    new Shown(
                            "Bearer " + token.get(),
                            true,
                            System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(1, seconds)));
        } catch (JacksonException malformed) {
            throw web.failure("its host gives out a token that is none", true);
        } catch (IOException impossible) {
            throw new IllegalStateException("Memory can be read", impossible);
        }
    }

    private URI realm(Map<String, String> parameters) {
        try {
            var realm = parameters.getOrDefault("realm", "");
            var query = new StringBuilder(realm.contains("?") ? "&" : "?");
            if (parameters.containsKey("service")) {
                query.append("service=").append(encoded(parameters.get("service"))).append('&');
            }
            query.append("scope=").append(encoded(parameters.getOrDefault("scope", scope)));
            var uri = URI.create(realm + query);
            if (Web.isWeb(uri) && ("https".equals(uri.getScheme()) || web.isOwn(uri))) {
                return uri;
            }
        } catch (IllegalArgumentException none) {
            // As any other that is none.
        }
        throw web.failure("it wants a token from what is no encrypted address on the web", false);
    }

    private static String encoded(@Nullable String text) {
        return URLEncoder.encode(String.valueOf(text), UTF_8);
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field).asText()).filter(it -> !it.isEmpty());
    }
}
