package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.host.Web;
import io.tiphys.repo.identity.Identities;
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

/// How one repository of a registry is logged in to: with what the Secret has or is exchanged for,
/// or with a token that is had for it where the registry says. Nothing is shown before the registry
/// asks.
final class RegistryLogin {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)\\s*=\\s*\"([^\"]*)\"");
    private static final int MAX_TOKEN = 256 * 1024;

    /// What the specification says where the registry does not.
    private static final int USUAL_SECONDS = 60;

    /// So that it does not expire on its way.
    private static final int EARLY_SECONDS = 10;

    /// Who shows a token of Google's, or one that an Azure registry exchanged.
    private static final String GOOGLE_TOKEN = "oauth2accesstoken";

    private static final String AZURE_TOKEN = "00000000-0000-0000-0000-000000000000";
    private static final String AZURE_EXCHANGE = "/oauth2/exchange";

    private final Web web;
    private final Identities identities;
    private final String scope;
    private volatile @Nullable Shown shown;

    /// @param until by `System.nanoTime()`
    private record Shown(String authorization, boolean expires, long until) {}

    /// @param scope asked for where the registry names none
    RegistryLogin(Web web, Identities identities, String scope) {
        this.web = web;
        this.identities = identities;
        this.scope = scope;
    }

    /// What it is shown at once, as the head `Authorization` has it.
    Optional<String> known() {
        var now = shown;
        return now == null || (now.expires() && System.nanoTime() - now.until() > 0)
                ? Optional.empty()
                : Optional.of(now.authorization());
    }

    /// Sees to it that [#known] is what a registry asks for. One at a time: who waited finds what
    /// another was asked for meanwhile.
    ///
    /// @param challenge the head `WWW-Authenticate`
    /// @param from where the challenge came from
    /// @param before what had been shown
    /// @return empty if there is no more to show than was shown
    synchronized Optional<String> answer(String challenge, URI from, Optional<String> before) {
        var meanwhile = known();
        if (web.isOwn(from) && meanwhile.isPresent() && !meanwhile.equals(before)) {
            return meanwhile;
        }
        shown = null;
        if (!web.isOwn(from)) {
            return Optional.empty();
        }
        var kind = challenge.strip().toLowerCase(Locale.ROOT);
        boolean bearer = kind.startsWith("bearer");
        var login = login(bearer, parameters(challenge));
        if (bearer && login.filter(it -> it.startsWith("Bearer")).isEmpty()) {
            token(parameters(challenge), login);
        } else {
            // A token that expired was had anew by now.
            login.filter(it -> !login.equals(before))
                    .ifPresent(it -> shown = new Shown(it, false, 0));
        }
        return known();
    }

    private Optional<String> login(boolean bearer, Map<String, String> challenge) {
        var origin = web.credential().origin();
        return switch (web.credential().login()) {
            case Login.GoogleAccount account -> {
                if (bearer) {
                    var _ = ownRealm(challenge);
                }
                yield Optional.of(
                        Web.basic(GOOGLE_TOKEN, identities.token(account, origin, web.host())));
            }
            case Login.Azure azure ->
                    Optional.of(
                            Web.basic(
                                    AZURE_TOKEN,
                                    identities.registryPassword(
                                            azure,
                                            origin,
                                            web.host(),
                                            ownRealm(challenge).resolve(AZURE_EXCHANGE),
                                            challenge.getOrDefault("service", ""))));
            case Login.Nobody _,
                    Login.Password _,
                    Login.Bearer _,
                    Login.GitHubApp _,
                    Login.SshKey _ ->
                    web.login();
        };
    }

    /// What a cloud's token can do is more than one registry: none but that itself is shown it.
    private URI ownRealm(Map<String, String> challenge) {
        try {
            var realm = URI.create(challenge.getOrDefault("realm", ""));
            if (web.isOwn(realm)) {
                return realm;
            }
        } catch (IllegalArgumentException none) {
            // As any other that is none.
        }
        throw web.failure(
                "it has tokens given out elsewhere than at its own host, where the identity of the"
                        + " Secret %s is not shown".formatted(web.credential().origin()),
                false);
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
