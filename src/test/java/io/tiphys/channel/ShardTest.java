package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

class ShardTest extends AgainstBroker {

    private static final int PARTITIONS = 4;
    private static final List<ApplicationId> APPLICATIONS =
            IntStream.range(0, 100)
                    .mapToObj(it -> new ApplicationId("argocd", "app-" + it))
                    .toList();

    @Override
    TestKafka config() {
        return new TestKafka(Optional.of(broker.bootstrapServers()), true, PARTITIONS, 10_000_000);
    }

    @Test
    void an_application_is_looked_after_where_its_commands_come() {
        var partitions = publishOneEach();

        for (int partition = 0; partition < PARTITIONS; partition++) {
            var shard = new Shard(false);
            shard.assigned(PARTITIONS, List.of(commands(partition)));
            int own = partition;
            assertThat(APPLICATIONS)
                    .allSatisfy(
                            it -> assertThat(shard.has(it)).isEqualTo(partitions.get(it) == own));
        }
        assertThat(partitions).containsValues(0, 1, 2, 3);
    }

    @Test
    void those_that_came_are_told_of_and_no_others() {
        var shard = new Shard(false);
        var gained = new ArrayList<ApplicationId>();
        shard.onGained(ours -> APPLICATIONS.stream().filter(ours).forEach(gained::add));
        assertThat(APPLICATIONS).noneMatch(shard::has);

        shard.assigned(PARTITIONS, List.of(commands(0), commands(1)));
        var first = List.copyOf(gained);
        shard.assigned(PARTITIONS, List.of(commands(2), commands(3)));

        assertThat(first).isNotEmpty().doesNotHaveDuplicates();
        assertThat(gained).containsExactlyInAnyOrderElementsOf(APPLICATIONS);
    }

    @Test
    void what_another_is_given_is_no_longer_looked_after_when_that_is_told() {
        var shard = new Shard(false);
        var left = new ArrayList<ApplicationId>();
        shard.onPassed(() -> APPLICATIONS.stream().filter(shard::has).forEach(left::add));
        try (var consumer = consumer("members")) {
            var membership = shard.membership();
            consumer.subscribe(
                    List.of(Topics.COMMANDS.topicName()),
                    new ConsumerRebalanceListener() {

                        @Override
                        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                            membership.onPartitionsAssigned(consumer, partitions);
                        }

                        @Override
                        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                            membership.onPartitionsRevoked(consumer, partitions);
                        }
                    });
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> {
                                consumer.poll(Duration.ofMillis(100));
                                return APPLICATIONS.stream().allMatch(shard::has);
                            });
        }

        assertThat(left).isEmpty();
        assertThat(APPLICATIONS).noneMatch(shard::has);
    }

    @Test
    void who_is_alone_looks_after_all() {
        assertThat(APPLICATIONS).allMatch(new Shard(true)::has);
    }

    /// @return by which partition the command of each came
    private Map<ApplicationId, Integer> publishOneEach() {
        for (var application : APPLICATIONS) {
            channel.publish(new Refresh(application, false, FetchDemand.ANY, ""))
                    .toCompletableFuture()
                    .join();
        }
        var partitions = new ConcurrentHashMap<ApplicationId, Integer>();
        try (var consumer = consumer("lookers")) {
            consumer.assign(IntStream.range(0, PARTITIONS).mapToObj(ShardTest::commands).toList());
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> {
                                for (var one : consumer.poll(Duration.ofMillis(100))) {
                                    var name = one.key().split("/");
                                    partitions.put(
                                            new ApplicationId(name[0], name[1]), one.partition());
                                }
                                return partitions.size() == APPLICATIONS.size();
                            });
        }
        return partitions;
    }

    private KafkaConsumer<String, byte[]> consumer(String group) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private static TopicPartition commands(int partition) {
        return new TopicPartition(Topics.COMMANDS.topicName(), partition);
    }
}
