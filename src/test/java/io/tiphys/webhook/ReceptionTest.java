package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.channel.Origin;
import io.tiphys.channel.TooLargeException;
import io.tiphys.core.event.DeliveryEvent;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReceptionTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final byte[] BODY = "payload".getBytes(UTF_8);
    private static final UnaryOperator<String> SIGNED =
            named("X-Host-Event", "push", "Proof", "s3cret");

    private final List<Object> published = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();
    private final List<DeliveryEvent> logged = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestConfig config = new TestConfig();
    private List<String> secrets = List.of("s3cret");
    private Contents contents = Contents.of("d1", push("d1:refs/heads/main"));
    private Supplier<CompletionStage<Void>> broker = () -> completedFuture(null);

    @Test
    void a_delivery_is_accepted_with_its_name_and_the_number_of_its_events() {
        var answer = fromGitHost(SIGNED);

        assertThat(answer.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(answer.body()).isEqualTo(Map.of("delivery", "d1", "events", 1));
        assertThat(published).containsExactly(push("d1:refs/heads/main"));
        assertCounted("host", "accepted");
    }

    @Test
    void the_answer_waits_until_the_broker_has_every_event() {
        // Given
        contents = Contents.images("d1", List.of(image("e1"), image("e2"), image("e3")));
        var acknowledgements = new ArrayList<CompletableFuture<Void>>();
        broker =
                () -> {
                    acknowledgements.add(new CompletableFuture<>());
                    return acknowledgements.getLast();
                };

        // When
        var answer = reception().fromRegistry("store", delivery(SIGNED)).toCompletableFuture();
        acknowledgements.get(2).complete(null);
        acknowledgements.get(0).complete(null);

        // Then
        assertThat(answer).isNotDone();
        acknowledgements.get(1).complete(null);
        assertThat(answer.join().body()).isEqualTo(Map.of("delivery", "d1", "events", 3));
    }

    @Test
    void one_event_that_is_not_written_makes_the_whole_delivery_come_again() {
        contents = Contents.images("d1", List.of(image("e1"), image("e2")));
        broker =
                () ->
                        published.size() == 1
                                ? completedFuture(null)
                                : CompletableFuture.failedFuture(new IllegalStateException("down"));

        var answer =
                reception().fromRegistry("store", delivery(SIGNED)).toCompletableFuture().join();

        assertThat(answer.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(answer.message()).isNotEmpty().doesNotContain("down");
        assertCounted("store", "unavailable");
    }

    @Test
    void what_the_broker_never_takes_is_not_to_come_again() {
        broker = () -> CompletableFuture.failedFuture(new TooLargeException("12 bytes"));

        assertThat(fromGitHost(SIGNED).outcome()).isEqualTo(Outcome.TOO_LARGE);
    }

    @Test
    void a_delivery_without_events_says_why() {
        contents = Contents.nothing("d1", "The webhook is set up");

        var answer = fromGitHost(SIGNED);

        assertThat(answer.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(answer.body())
                .isEqualTo(Map.of("delivery", "d1", "events", 0, "note", "The webhook is set up"));
    }

    @Test
    void a_missing_or_wrong_proof_is_refused_before_anything_is_read() {
        for (var headers :
                List.of(
                        named("X-Host-Event", "push"),
                        named("X-Host-Event", "push", "Proof", "guess"))) {
            var answer = fromGitHost(headers);

            assertThat(answer.outcome()).isEqualTo(Outcome.UNAUTHORIZED);
            assertThat(answer.body())
                    .containsEntry(
                            "message",
                            "The header Proof is missing or does not match the key webhook.host of"
                                    + " the Secret argocd-secret");
        }
        assertThat(published).isEmpty();
        assertCounted("host", "unauthorized");
    }

    @Test
    void without_a_secret_the_refusal_names_the_key_that_is_missing() {
        secrets = List.of();

        var answer = fromGitHost(SIGNED);

        assertThat(answer.outcome()).isEqualTo(Outcome.UNAUTHORIZED);
        assertThat(answer.body().get("message").toString())
                .startsWith("The key webhook.host is missing in the Secret argocd-secret")
                .contains("tiphys.webhook.allow-unsigned=true");
        assertThat(published).isEmpty();
    }

    @Test
    void an_open_door_lets_unsigned_deliveries_in_where_there_is_no_secret() {
        config = new TestConfig(true, 0);
        secrets = List.of();

        assertThat(fromGitHost(named("X-Host-Event", "push")).outcome())
                .isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void an_open_door_still_checks_where_there_is_a_secret() {
        config = new TestConfig(true, 0);

        assertThat(fromGitHost(named("X-Host-Event", "push")).outcome())
                .isEqualTo(Outcome.UNAUTHORIZED);
    }

    @Test
    void a_sender_that_no_header_names_is_told_which_are_known() {
        var answer = fromGitHost(named("Proof", "s3cret"));

        assertThat(answer.outcome().status()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(
                        Map.of(
                                "error",
                                "unknown-sender",
                                "message",
                                "Neither a header nor the parameter type of the URL says who"
                                        + " sends this. Known: host (X-Host-Event), store"));
        assertCounted("unknown", "unknown-sender");
    }

    @Test
    void a_registry_that_is_not_known_is_told_which_are() {
        var answer =
                reception().fromRegistry("quay", delivery(SIGNED)).toCompletableFuture().join();

        assertThat(answer.outcome().status()).isEqualTo(404);
        assertThat(answer.body().get("message").toString()).endsWith("Known: store");
        assertCounted("unknown", "unknown-registry");
    }

    @Test
    void the_url_may_name_a_sender_that_no_header_names() {
        for (var type : List.of("host", "store", "store.io")) {
            var delivery =
                    new Delivery("192.0.2.1", named("Proof", "s3cret"), named("type", type), BODY);

            var answer = reception().fromAnybody(delivery).toCompletableFuture().join();

            assertThat(answer.outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void a_registry_is_known_by_its_other_names_and_counted_by_its_own() {
        var answer = reception().fromRegistry("store.io", delivery(SIGNED));

        assertThat(answer.toCompletableFuture().join().outcome()).isEqualTo(Outcome.ACCEPTED);
        assertCounted("store", "accepted");
    }

    @Test
    void while_a_secret_is_being_changed_the_old_and_the_new_one_count() {
        secrets = List.of("old", "s3cret");

        assertThat(fromGitHost(SIGNED).outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(fromGitHost(named("X-Host-Event", "push", "Proof", "old")).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(fromGitHost(named("X-Host-Event", "push", "Proof", "older")).outcome())
                .isEqualTo(Outcome.UNAUTHORIZED);
    }

    @Test
    void the_strongest_proof_that_is_set_up_decides() {
        var settings = new HashMap<String, List<String>>();
        settings.put("webhook.store.url", List.of("in-url"));
        var inUrl = new Delivery("192.0.2.1", _ -> "", named("secret", "in-url"), BODY);

        assertThat(fromRegistry(settings, inUrl)).isEqualTo(Outcome.ACCEPTED);
        settings.put("webhook.host", List.of("s3cret"));
        assertThat(fromRegistry(settings, inUrl)).isEqualTo(Outcome.UNAUTHORIZED);
        assertThat(fromRegistry(settings, delivery(SIGNED))).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void a_sender_that_asks_is_answered_and_nothing_is_published() {
        contents = Contents.reply("d1", Map.of("validationResponse", "4711"));

        var answer = fromGitHost(SIGNED);

        assertThat(answer.outcome().status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Map.of("validationResponse", "4711"));
        assertThat(published).isEmpty();
    }

    @Test
    void an_event_says_with_which_delivery_it_came_and_from_where() {
        fromGitHost(SIGNED);

        assertThat(origins).containsExactly(new Origin("d1", "192.0.2.1", NOW.toString()));
        assertThat(logged).isEmpty();
    }

    @Test
    void what_made_no_event_is_logged_with_what_its_sender_heard() {
        fromGitHost(named("X-Host-Event", "push", "Proof", "guess"));
        contents = Contents.nothing("d1", "The webhook is set up");
        fromGitHost(SIGNED);

        assertThat(logged)
                .containsExactly(
                        new DeliveryEvent.WithoutEffect(
                                "",
                                "host",
                                "192.0.2.1",
                                "unauthorized",
                                "The header Proof is missing or does not match the key webhook.host"
                                        + " of the Secret argocd-secret"),
                        new DeliveryEvent.WithoutEffect(
                                "d1", "host", "192.0.2.1", "accepted", "The webhook is set up"));
        assertThat(published).isEmpty();
    }

    @Test
    void a_stranger_who_sends_without_end_does_not_fill_the_log() {
        var guess = delivery(named("X-Host-Event", "push", "Proof", "guess"));
        var reception = reception();
        for (int i = 0; i < 1_000; i++) {
            reception.fromAnybody(guess);
        }

        double unlogged = meters.get("tiphys.webhook.deliveries.unlogged").counter().count();
        assertThat(logged).hasSizeBetween(200, 999).hasSize(1_000 - (int) unlogged);
    }

    @Test
    void a_fault_of_ours_is_answered_and_logged_too() {
        var broken = new Delivery("192.0.2.1", SIGNED, _ -> "", "make it fail".getBytes(UTF_8));

        var answer = reception().fromAnybody(broken).toCompletableFuture().join();

        assertThat(answer.outcome().status()).isEqualTo(500);
        assertThat(answer.body().get("message").toString()).doesNotContain("make it fail");
        assertThat(logged).hasSize(1);
        assertCounted("host", "failed");
    }

    @Test
    void a_malformed_delivery_hears_what_is_wrong() {
        var answer =
                reception()
                        .fromAnybody(
                                new Delivery(
                                        "192.0.2.1", SIGNED, _ -> "", "malformed".getBytes(UTF_8)))
                        .toCompletableFuture()
                        .join();

        assertThat(answer.outcome().status()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(Map.of("error", "malformed", "message", "The field 'ref' is missing"));
        assertThat(published).isEmpty();
        assertCounted("host", "malformed");
    }

    private Answer fromGitHost(UnaryOperator<String> headers) {
        return reception().fromAnybody(delivery(headers)).toCompletableFuture().join();
    }

    private static Delivery delivery(UnaryOperator<String> headers) {
        return new Delivery("192.0.2.1", headers, _ -> "", BODY);
    }

    private Outcome fromRegistry(Map<String, List<String>> settings, Delivery delivery) {
        return reception(key -> settings.getOrDefault(key, List.of()))
                .fromRegistry("store", delivery)
                .toCompletableFuture()
                .join()
                .outcome();
    }

    private Reception reception() {
        return reception(key -> key.equals("webhook.host") ? secrets : List.of());
    }

    private Reception reception(Proof.Settings settings) {
        return new Reception(
                config,
                List.of(new TestDialects.Host(this::read)),
                List.of(new TestDialects.Store(this::read)),
                settings,
                new Reception.Publisher() {
                    @Override
                    public CompletionStage<Void> publish(GitEvent event, Origin origin) {
                        return take(event, origin);
                    }

                    @Override
                    public CompletionStage<Void> publish(ImageEvent event, Origin origin) {
                        return take(event, origin);
                    }
                },
                new DeliveryLog(
                        meters,
                        event -> {
                            logged.add(event);
                            return completedFuture(null);
                        }),
                () -> NOW);
    }

    private CompletionStage<Void> take(Object event, Origin origin) {
        origins.add(origin);
        published.add(event);
        return broker.get();
    }

    private void assertCounted(String provider, String outcome) {
        assertThat(
                        meters.get("tiphys.webhook.deliveries")
                                .tags("provider", provider, "outcome", outcome)
                                .counter()
                                .count())
                .isEqualTo(meters.get("argocd.webhook.requests").counter().count())
                .isPositive();
    }

    private Contents read(byte[] body) {
        if (new String(body, UTF_8).equals("malformed")) {
            throw MalformedDeliveryException.missing("ref");
        }
        if (new String(body, UTF_8).equals("make it fail")) {
            throw new IllegalStateException("make it fail");
        }
        return contents;
    }

    private static GitEvent push(String id) {
        return new GitEvent.Pushed(
                id,
                "github.com/acme/shop",
                "refs/heads/main",
                "1".repeat(40),
                "2".repeat(40),
                List.of(),
                false,
                "main",
                "host");
    }

    private static ImageEvent image(String id) {
        return new ImageEvent.Pushed(id, "registry/app", "1.0", "", "", "", "store");
    }

    private static UnaryOperator<String> named(String... namesAndValues) {
        var all = List.of(namesAndValues);
        return name -> all.contains(name) ? all.get(all.indexOf(name) + 1) : "";
    }
}
