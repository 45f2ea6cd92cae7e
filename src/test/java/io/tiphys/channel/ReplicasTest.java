package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import io.tiphys.core.event.GitEvent;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Readers of one group, in one process and in two.
class ReplicasTest extends AgainstBroker {

    private static final int EVENTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Set<String> seenByOther = ConcurrentHashMap.newKeySet();
    private EventReader other;

    @Override
    TestKafka config() {
        return new TestKafka(Optional.of(broker.bootstrapServers()), true, 4, 10_000_000);
    }

    @BeforeEach
    void makeOther() {
        other = reader();
    }

    @AfterEach
    void closeOther() {
        other.close();
    }

    @Test
    void readers_of_a_group_share_the_partitions_and_miss_nothing() throws Exception {
        read(events -> done(events));
        readByOther();
        awaitMembers(2, ReplicasTest::hasPartitions);

        publishToAllPartitions("");

        await().atMost(PATIENCE).until(this::seenByAny, it -> it.containsAll(all("")));
        assertThat(seen).isNotEmpty();
        assertThat(seenByOther).isNotEmpty();
    }

    @Test
    void what_is_not_done_when_partitions_go_to_another_is_read_again_there() throws Exception {
        // Given
        var busy = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        publishToAllPartitions("");
        read(
                _ -> {
                    busy.countDown();
                    waitFor(released);
                    return Uni.createFrom().failure(new NotPublishedException("not now"));
                });
        waitFor(busy);

        // When
        readByOther();
        awaitMembers(2);
        released.countDown();
        await().atMost(PATIENCE).until(() -> !seenByOther.isEmpty());
        reader.close();

        // Then
        await().atMost(PATIENCE).until(() -> seenByOther, it -> it.containsAll(all("")));
    }

    @Test
    void who_gets_partitions_of_another_is_told_to_forget_before_their_records_come()
            throws Exception {
        var told = new CopyOnWriteArrayList<String>();
        readByOther();
        awaitMembers(1);
        reader.read(
                Topics.GIT_EVENTS,
                "test",
                GitEvent.class,
                events -> {
                    told.add("events");
                    return Uni.createFrom().voidItem();
                },
                () -> told.add("forget"));
        awaitMembers(2);
        other.close();
        publishToAllPartitions("");

        await().atMost(PATIENCE).until(() -> told.contains("events"));
        assertThat(told.getFirst()).isEqualTo("forget");
    }

    @Test
    void what_a_killed_replica_had_taken_is_done_by_the_other() throws Exception {
        // Given
        var taken = directory.resolve("taken");
        publishToAllPartitions("before-");
        var replica = StuckReader.start(broker.bootstrapServers(), taken);
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(taken) && Files.size(taken) > 0);
            readByOther();

            // When
            replica.destroyForcibly().onExit().join();
            publishToAllPartitions("after-");

            // Then
            await().atMost(PATIENCE)
                    .until(
                            () -> seenByOther,
                            it -> it.containsAll(all("before-")) && it.containsAll(all("after-")));
        } finally {
            replica.destroyForcibly();
        }
    }

    private void readByOther() {
        other.read(
                Topics.GIT_EVENTS,
                "test",
                GitEvent.class,
                events -> {
                    events.forEach(it -> seenByOther.add(it.event().id()));
                    return Uni.createFrom().voidItem();
                });
    }

    private void publishToAllPartitions(String prefix) {
        all(prefix).forEach(id -> publish("h/" + id, id));
    }

    private static List<String> all(String prefix) {
        return IntStream.range(0, EVENTS).mapToObj(it -> prefix + it).toList();
    }

    private Set<String> seenByAny() {
        var both = new HashSet<>(seen);
        both.addAll(seenByOther);
        return both;
    }

    private void awaitMembers(int count) throws ExecutionException, InterruptedException {
        awaitMembers(count, _ -> true);
    }

    private void awaitMembers(int count, Predicate<MemberDescription> wanted)
            throws ExecutionException, InterruptedException {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
        try (var admin = Admin.create(settings)) {
            await().atMost(PATIENCE)
                    // There is no such group before the first has joined.
                    .ignoreExceptions()
                    .until(
                            () ->
                                    admin
                                                    .describeConsumerGroups(List.of("test"))
                                                    .all()
                                                    .get()
                                                    .get("test")
                                                    .members()
                                                    .stream()
                                                    .filter(wanted)
                                                    .count()
                                            == count);
        }
    }

    /// Who has joined may still be without.
    private static boolean hasPartitions(MemberDescription member) {
        return !member.assignment().topicPartitions().isEmpty();
    }
}
