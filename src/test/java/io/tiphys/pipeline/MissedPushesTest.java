package io.tiphys.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository;
import io.tiphys.repo.render.Settings;
import io.tiphys.support.StandInRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When repositories are asked, and what is made of the answers. What asking costs a host is in
/// `GitMirrorLookTest`.
class MissedPushesTest {

    private static final Duration INTERVAL = Duration.ofMinutes(3);
    private static final String SHOP = "https://token:secret@git.example.com/Acme/Shop.git";
    private static final String OTHER = "https://other.example.com/acme/other";

    private static final GitCredential BLUE =
            new GitCredential(
                    "blue",
                    new GitCredential.Login.Bearer(new Hidden("token")),
                    Hidden.EMPTY,
                    Hidden.EMPTY,
                    false,
                    Hidden.EMPTY,
                    "",
                    "",
                    "",
                    false,
                    false,
                    false,
                    "");

    private final DrivenTime time = new DrivenTime();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Map<GitCredential, Set<Revision>>> revisions = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<List<String>> followed = new ArrayList<>();
    private final Map<String, List<Repository.Move>> moves = new HashMap<>();
    private final Map<String, ManifestFailure> failures = new HashMap<>();
    private final List<GitEvent> events = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();
    private final Handler logs = new Logged();
    private CompletionStage<Void> published = CompletableFuture.completedFuture(null);
    private final MissedPushes pushes =
            new MissedPushes(
                    (address, credential) -> new Asked(address + credential.origin()),
                    address -> revisions.getOrDefault(address, Map.of()),
                    event -> {
                        events.add(event);
                        return published;
                    },
                    Settings.of("poll", INTERVAL.toSeconds() + "s"),
                    time,
                    meters);

    @BeforeEach
    void listen() {
        Logger.getLogger("io.tiphys.pipeline").addHandler(logs);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("io.tiphys.pipeline").removeHandler(logs);
    }

    @Test
    void a_repository_is_asked_once_an_interval_for_what_applications_follow() {
        follow(SHOP, "main", "v1", "f".repeat(40));

        time.pass(INTERVAL.multipliedBy(10));

        assertThat(asked).hasSize(11);
        assertThat(followed).containsOnly(List.of("main", "v1"));
        assertThat(events).isEmpty();
        assertThat(polls("unchanged")).isEqualTo(11);
    }

    @Test
    void repositories_are_spread_over_the_interval_and_do_not_march_in_step() {
        time.chance = 0.5;
        follow(SHOP, "main");
        time.pass(INTERVAL.dividedBy(2).minusNanos(1));
        assertThat(asked).isEmpty();
        time.pass(Duration.ofNanos(1));
        assertThat(asked).hasSize(1);

        time.pass(INTERVAL.multipliedBy(7).dividedBy(8).minusNanos(1));
        assertThat(asked).hasSize(1);
        time.pass(Duration.ofNanos(1));
        assertThat(asked).hasSize(2);
    }

    @Test
    void what_moved_is_told_as_a_push_whose_files_are_not_known() {
        follow(SHOP, "main");
        moves.put(SHOP, List.of(new Repository.Move("refs/heads/main", "a", "b", "main")));

        time.pass(Duration.ZERO);

        assertThat(events)
                .singleElement()
                .isEqualTo(
                        new GitEvent.Pushed(
                                events.getFirst().id(),
                                "git.example.com/acme/shop",
                                "refs/heads/main",
                                "a",
                                "b",
                                List.of(),
                                false,
                                "main",
                                "poll"));
        assertThat(polls("moved")).isEqualTo(1);
    }

    @Test
    void every_move_has_an_id_of_its_own() {
        follow(SHOP, "main");
        moves.put(SHOP, List.of(new Repository.Move("refs/heads/main", "a", "b", "main")));

        time.pass(INTERVAL.multipliedBy(2));

        assertThat(events.stream().map(GitEvent::id)).doesNotHaveDuplicates().hasSize(3);
    }

    @Test
    void who_follows_a_commit_alone_is_not_asked_for() {
        follow(SHOP, "f".repeat(40));

        time.pass(INTERVAL.multipliedBy(3));

        assertThat(asked).isEmpty();
    }

    @Test
    void a_repository_that_nobody_uses_any_more_is_asked_no_more_until_somebody_does() {
        follow(SHOP, "main");
        time.pass(INTERVAL);
        asked.clear();

        revisions.remove(SHOP);
        time.pass(INTERVAL.multipliedBy(5));
        assertThat(asked).isEmpty();

        follow(SHOP, "main");
        time.pass(Duration.ZERO);
        assertThat(asked).hasSize(1);
    }

    @Test
    void a_host_that_is_down_holds_up_no_other_and_is_named_once() {
        failures.put(SHOP, new ManifestFailure("down", true));
        follow(SHOP, "main");
        follow(OTHER, "main");

        time.pass(INTERVAL.multipliedBy(10));
        assertThat(asked.stream().filter(OTHER::equals)).hasSize(11);
        assertThat(logged).singleElement().asString().contains("git.example.com").contains("down");
        assertThat(polls("failed")).isPositive();

        failures.clear();
        time.pass(INTERVAL.multipliedBy(2));
        assertThat(logged).hasSize(2);
        assertThat(logged.getLast()).contains("git.example.com answers again");
        assertThat(logged).noneMatch(it -> it.contains("secret") || it.contains("token"));
    }

    @Test
    void a_repository_that_is_not_shown_to_us_holds_up_no_neighbour_and_is_named_once() {
        var neighbour = "https://git.example.com/acme/neighbour";
        failures.put(SHOP, new ManifestFailure("There is no Git repository at …"));
        follow(SHOP, "main");
        follow(neighbour, "main");

        time.pass(INTERVAL.multipliedBy(10));

        assertThat(asked.stream().filter(SHOP::equals)).hasSize(11);
        assertThat(asked.stream().filter(neighbour::equals)).hasSizeGreaterThanOrEqualTo(10);
        assertThat(logged).containsExactly("There is no Git repository at …");

        failures.clear();
        time.pass(INTERVAL);
        assertThat(logged.getLast()).isEqualTo("git.example.com/acme/shop can be read again");
    }

    @Test
    void what_cannot_be_told_is_said_once_and_the_asking_goes_on() {
        follow(SHOP, "main");
        moves.put(SHOP, List.of(new Repository.Move("refs/heads/main", "a", "b", "main")));
        published = CompletableFuture.failedFuture(new IllegalStateException("no broker"));

        time.pass(INTERVAL.multipliedBy(3));

        assertThat(asked).hasSize(4);
        assertThat(logged.stream().filter(it -> it.contains("left to the sweep"))).hasSize(1);
    }

    @Test
    void who_reads_with_other_credentials_is_asked_for_apart() {
        revisions.put(
                OTHER,
                Map.of(GitCredential.NONE, revisions("main"), BLUE, revisions("main", "v1")));
        failures.put(OTHER, new ManifestFailure("not for you"));
        moves.put(
                OTHER + BLUE.origin(),
                List.of(new Repository.Move("refs/heads/main", "a", "b", "main")));

        pushes.follow(OTHER);
        time.pass(Duration.ZERO);

        assertThat(asked).containsExactlyInAnyOrder(OTHER, OTHER + BLUE.origin());
        assertThat(followed).containsExactlyInAnyOrder(List.of("main"), List.of("main", "v1"));
        assertThat(events).hasSize(1);
        assertThat(logged).containsExactly("not for you");
    }

    private void follow(String address, String... names) {
        revisions.put(address, Map.of(GitCredential.NONE, revisions(names)));
        pushes.follow(address);
    }

    private static Set<Revision> revisions(String... names) {
        return Stream.of(names).map(it -> Revision.of(it, "")).collect(Collectors.toSet());
    }

    private double polls(String result) {
        return meters.get("tiphys.repo.polls").tag("result", result).counter().count();
    }

    private final class Asked extends StandInRepository {

        private final String address;

        Asked(String address) {
            this.address = address;
        }

        @Override
        public List<Move> look(Collection<Revision> revisions) {
            asked.add(address);
            followed.add(revisions.stream().map(Revision::name).sorted().toList());
            if (failures.containsKey(address)) {
                throw failures.get(address);
            }
            return moves.getOrDefault(address, List.of());
        }
    }

    private final class Logged extends Handler {

        @Override
        public void publish(LogRecord entry) {
            var message =
                    entry instanceof org.jboss.logmanager.ExtLogRecord formatted
                            ? formatted.getFormattedMessage()
                            : entry.getMessage();
            if (!message.startsWith("Found by asking")) {
                logged.add(message);
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
