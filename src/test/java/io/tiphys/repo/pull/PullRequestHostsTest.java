package io.tiphys.repo.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.image.HostKind;
import io.tiphys.core.image.HostedRepository;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequest.State;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.Cases;
import io.tiphys.support.PasswordProxy;
import io.tiphys.support.ScriptedApi;
import io.tiphys.support.ScriptedApi.Answer;
import io.tiphys.support.ScriptedApi.Asked;
import io.tiphys.support.SelfSigned;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PullRequestHostsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEAD = "image-updater-1";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final Identities IDENTITIES =
            new Identities(AzurePod.NONE, InstantSource.system());

    private final PullRequestHosts hosts = new PullRequestHosts(IDENTITIES, TIMEOUT);

    @TestFactory
    Stream<DynamicTest> a_host_is_asked_in_its_own_words() {
        return Stream.of(
                        "github",
                        "gitlab",
                        "gitea",
                        "bitbucket",
                        "bitbucket-server",
                        "azure-devops")
                .flatMap(
                        file ->
                                Cases.of("golden/pulls/" + file)
                                        .map(
                                                it ->
                                                        test(
                                                                file + ": " + it.get("is"),
                                                                () -> asks(it))));
    }

    private static DynamicTest test(String is, Runnable check) {
        return DynamicTest.dynamicTest(is, check::run);
    }

    /// The very same questions, in their order, and no others.
    private void asks(Map<String, Object> given) {
        var exchanges = Json.array(given, "exchanges").stream().map(Json::object).toList();
        var next = new AtomicInteger();
        try (var api = ScriptedApi.start(_ -> answer(exchanges, next.getAndIncrement()))) {
            if (given.containsKey("fails")) {
                var failure =
                        catchThrowableOfType(ManifestFailure.class, () -> done(given, api.url()));
                assertThat(failure)
                        .hasMessage(
                                "Nothing is proposed at %s/%s: %s"
                                        .formatted(
                                                api.url(), given.get("path"), given.get("fails")));
                assertThat(failure.passing()).isEqualTo(Json.bool(given, "passing"));
            } else {
                assertThat(done(given, api.url()))
                        .isEqualTo(
                                Stream.concat(
                                                Json.array(given, "finds").stream(),
                                                Stream.of(given.getOrDefault("gives", "")))
                                        .map(String::valueOf)
                                        .filter(it -> !it.isEmpty())
                                        .map(it -> it.replace("<host>", api.url().toString()))
                                        .toList());
            }
            assertThat(api.asked())
                    .extracting(Asked::what)
                    .isEqualTo(exchanges.stream().map(it -> it.get("asks")).toList());
            for (int i = 0; i < exchanges.size(); i++) {
                var asked = api.asked().get(i);
                var expected = exchanges.get(i);
                Json.strings(expected, "shows")
                        .forEach(
                                (name, value) ->
                                        assertThat(asked.headers())
                                                .containsEntry(
                                                        name.toLowerCase(Locale.ROOT), value));
                assertThat(asked.body())
                        .isEqualTo(
                                expected.containsKey("with")
                                        ? JSON.valueToTree(expected.get("with"))
                                        : JSON.missingNode());
            }
        }
    }

    private static Answer answer(List<Map<String, Object>> exchanges, int index) {
        if (index >= exchanges.size()) {
            return Answer.json(500, Map.of("message", "Nobody was to ask this"));
        }
        var exchange = exchanges.get(index);
        int status = (int) Json.number(exchange, 200, "status");
        return exchange.containsKey("answer")
                ? Answer.json(status, exchange.get("answer"))
                : new Answer(status, Map.of(), new byte[0]);
    }

    /// What it found and what it gave back.
    private List<String> done(Map<String, Object> given, URI api) {
        var shown = new ArrayList<String>();
        var login = Json.object(given, "login");
        var repository =
                new HostedRepository(
                        kind(given),
                        api,
                        Json.string(given, "path"),
                        URI.create(api + Json.string(given, "api")));
        var draft =
                new PullRequestDraft(
                        "Update web",
                        "Text",
                        labels(Json.object(given, "draft")),
                        Json.bool(given, "draft", "merges"));
        var known = Json.object(given, "known");
        var request =
                new PullRequest(
                        String.valueOf(known.get("id")),
                        State.OPEN,
                        "main",
                        "Before",
                        "Before",
                        labels(known),
                        Json.bool(known, "merges"),
                        "");
        try (var host = hosts.at(repository, credential(login))) {
            for (var deed : Json.string(given, "do").split(" and ")) {
                switch (deed) {
                    case "find" -> host.of(HEAD).forEach(it -> shown.add(shown(it)));
                    case "open" -> shown.add(host.open(HEAD, "main", draft));
                    case "update" -> host.update(request, draft);
                    case "close" -> host.close(request, "Done");
                    default -> throw new IllegalStateException(deed);
                }
            }
        }
        return given.containsKey("finds") || given.containsKey("gives") ? shown : List.of();
    }

    private static HostKind kind(Map<String, Object> given) {
        return HostKind.valueOf(
                Json.string(given, "kind").toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static HashSet<String> labels(Map<String, Object> fields) {
        var labels = new HashSet<String>();
        Json.array(fields, "labels").forEach(it -> labels.add(String.valueOf(it)));
        return labels;
    }

    private static String shown(PullRequest it) {
        return "%s %s %s '%s' '%s' %s%s %s"
                .formatted(
                        it.id(),
                        it.state(),
                        it.base(),
                        it.title(),
                        it.body(),
                        it.labels(),
                        it.merges() ? " merged" : "",
                        it.url());
    }

    private static GitCredential credential(Map<String, Object> login) {
        return of(
                login.containsKey("bearer")
                        ? new Login.Bearer(new Hidden(Json.string(login, "bearer")))
                        : new Login.Password(
                                new Hidden(Json.string(login, "user")),
                                new Hidden(Json.string(login, "password")),
                                false));
    }

    private static GitCredential of(Login login) {
        return of(login, "", "");
    }

    private static GitCredential of(Login login, String proxy, String noProxy) {
        return new GitCredential(
                "shop-creds",
                login,
                Hidden.EMPTY,
                Hidden.EMPTY,
                false,
                new Hidden(proxy),
                noProxy,
                "",
                "",
                false,
                false,
                false,
                "");
    }

    private static Login.Password password() {
        return new Login.Password(Hidden.EMPTY, new Hidden("t0ken"), false);
    }

    private static HostedRepository gitHub(URI api) {
        return new HostedRepository(HostKind.GITHUB, api, "acme/shop", api);
    }

    @TestFactory
    Stream<DynamicTest> what_a_host_refuses_is_told_with_its_reason() {
        return Cases.of("golden/pulls/refusals")
                .map(it -> test(Json.string(it, "is"), () -> refuses(it)));
    }

    private void refuses(Map<String, Object> given) {
        var status = (int) Json.number(given, 200, "status");
        var body =
                switch (Json.string(given, "endless")) {
                    case "words" -> "{\"message\": \"%s\"}".formatted("d".repeat(10_000));
                    case "answer" -> "[%s]".formatted(" ".repeat(9_000_000));
                    default -> {
                        var text = Json.string(given, "text");
                        yield text.isEmpty() ? JSON.valueToTree(given.get("answer")) + "" : text;
                    }
                };
        var answer = new Answer(status, Json.strings(given, "headers"), body.getBytes(UTF_8));
        try (var api = ScriptedApi.start(_ -> answer);
                var host = hosts().at(gitHub(api.url()), of(password()))) {
            var failure = catchThrowableOfType(ManifestFailure.class, () -> host.of(HEAD));

            assertThat(failure).hasMessageContaining(Json.string(given, "fails"));
            assertThat(failure.getMessage()).doesNotContain("t0ken").hasSizeLessThan(600);
            assertThat(failure.passing()).isEqualTo(Json.bool(given, "passing"));
            if (given.containsKey("then")) {
                assertThatThrownBy(() -> host.of(HEAD))
                        .hasMessageContaining(Json.string(given, "then"));
                assertThat(api.asked()).hasSize(1);
            }
        }
    }

    /// One that nothing was said to.
    private static PullRequestHosts hosts() {
        return new PullRequestHosts(IDENTITIES, TIMEOUT);
    }

    @Test
    void what_is_shown_to_a_host_is_shown_to_no_other_that_it_leads_to() {
        try (var elsewhere = ScriptedApi.start(_ -> Answer.json(200, List.of()));
                var api =
                        ScriptedApi.start(
                                _ ->
                                        new Answer(
                                                307,
                                                Map.of("Location", elsewhere.url() + "/pulls"),
                                                new byte[0]));
                var host = hosts.at(gitHub(api.url()), of(password()))) {

            assertThatThrownBy(() -> host.of(HEAD)).hasMessageContaining("leads to 127.0.0.1");
            assertThat(elsewhere.asked()).isEmpty();
        }
    }

    @Test
    void a_host_is_asked_through_the_proxy_of_its_secret() {
        try (var api = ScriptedApi.start(_ -> Answer.json(200, List.of()));
                var proxy = PasswordProxy.to(api.url().toString());
                var host =
                        hosts.at(
                                gitHub(URI.create("http://git.example")),
                                of(password(), proxy.url(), ""))) {

            assertThat(host.of(HEAD)).isEmpty();
            assertThat(proxy.led())
                    .singleElement()
                    .asString()
                    .startsWith("GET http://git.example/repos/acme/shop/pulls?");
            assertThat(proxy.refused()).isEmpty();
        }
    }

    @Test
    void an_encrypted_host_is_believed_as_its_repository_is() {
        var identity = SelfSigned.create();
        try (var api = ScriptedApi.start(identity, _ -> Answer.json(200, List.of()));
                var believed =
                        hosts.at(
                                gitHub(api.url()),
                                of(password()).trusting("", identity.certificatePem()));
                var stranger = hosts.at(gitHub(api.url()), of(password()))) {

            assertThat(believed.of(HEAD)).isEmpty();
            assertThatThrownBy(() -> stranger.of(HEAD)).hasMessageContaining("is not trusted");
            assertThat(api.asked()).hasSize(1);
        }
    }

    @Test
    void a_proxy_that_speaks_no_http_is_refused() {
        assertThatThrownBy(
                        () ->
                                hosts.at(
                                        gitHub(URI.create("http://127.0.0.1:1")),
                                        of(password(), "socks5://127.0.0.1:1", "")))
                .hasMessageEndingWith(
                        "the proxy of the Secret shop-creds is none for an API, as socks5:// is"
                                + " not");
    }

    @Test
    void a_host_that_is_not_there_may_be_there_later() {
        try (var host = hosts.at(gitHub(URI.create("http://127.0.0.1:1")), of(password()))) {
            var failure = catchThrowableOfType(ManifestFailure.class, () -> host.of(HEAD));

            assertThat(failure).hasMessageContaining("its host 127.0.0.1 does not answer");
            assertThat(failure.passing()).isTrue();
        }
    }

    @Test
    void who_has_no_token_is_told_so_before_anybody_is_asked() {
        var nobody = URI.create("http://127.0.0.1:1");

        assertThatThrownBy(() -> hosts.at(gitHub(nobody), GitCredential.NONE))
                .hasMessageEndingWith("there are no credentials to write that repository with");
        assertThatThrownBy(() -> hosts.at(gitHub(nobody), of(new Login.SshKey(new Hidden("KEY")))))
                .hasMessageEndingWith(
                        "the Secret shop-creds has no password or token, which an API wants");
    }
}
