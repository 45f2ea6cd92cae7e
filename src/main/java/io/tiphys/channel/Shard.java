package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import io.tiphys.core.model.ApplicationId;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;

/// The Applications that this replica looks after: those whose commands come by the partitions that
/// are its own. Each is one replica's at a time, or nobody's for the moment in which it passes on.
/// On the embedded broker, which nobody shares, it has all.
///
/// While the broker is out of reach a replica keeps what it has, until it learns that others were
/// given it.
@Singleton
public class Shard {

    private static final Logger LOG = Logger.getLogger(Shard.class);

    private final boolean alone;
    private final List<java.util.function.Consumer<Predicate<ApplicationId>>> gained =
            new CopyOnWriteArrayList<>();
    private final List<Runnable> passed = new CopyOnWriteArrayList<>();
    private volatile Owned owned = new Owned(0, Set.of());

    /// @param all how many partitions there are
    private record Owned(int all, Set<Integer> own) {

        /// As the producer chooses a partition by the key.
        boolean has(ApplicationId application) {
            return all > 0
                    && own.contains(
                            Utils.toPositive(Utils.murmur2(application.toString().getBytes(UTF_8)))
                                    % all);
        }
    }

    @Inject
    Shard(KafkaConnection connection) {
        this(connection.isEmbedded());
    }

    /// @param alone whether there is no other replica
    Shard(boolean alone) {
        this.alone = alone;
    }

    public boolean has(ApplicationId application) {
        return alone || owned.has(application);
    }

    /// Calls back with those that this replica looks after from now on and did not before.
    public void onGained(java.util.function.Consumer<Predicate<ApplicationId>> listener) {
        gained.add(listener);
    }

    /// Calls back when it no longer [#has] some that it had, before another replica begins with
    /// them: what is under way for them should be done when this returns.
    public void onPassed(Runnable listener) {
        passed.add(listener);
    }

    /// Told by the channel of commands, under its name.
    @Produces
    @Singleton
    @Identifier("commands")
    KafkaConsumerRebalanceListener membership() {
        return new KafkaConsumerRebalanceListener() {

            @Override
            public void onPartitionsAssigned(
                    Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
                assigned(consumer.partitionsFor(Topics.COMMANDS.topicName()).size(), partitions);
            }

            @Override
            public void onPartitionsRevoked(
                    Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
                taken(partitions);
                if (!partitions.isEmpty()) {
                    passed.forEach(Runnable::run);
                }
            }

            @Override
            public void onPartitionsLost(
                    Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
                // Another has them by now: there is nothing to wait for.
                taken(partitions);
            }
        };
    }

    /// @param all how many partitions there are
    void assigned(int all, Collection<TopicPartition> partitions) {
        var before = owned;
        var own = new HashSet<>(before.own);
        partitions.forEach(it -> own.add(it.partition()));
        var now = new Owned(all, Set.copyOf(own));
        owned = now;
        if (!now.equals(before)) {
            LOG.infof("This replica has %d of %d partitions of commands", own.size(), all);
            gained.forEach(it -> it.accept(id -> now.has(id) && !before.has(id)));
        }
    }

    private void taken(Collection<TopicPartition> partitions) {
        var own = new HashSet<>(owned.own);
        partitions.forEach(it -> own.remove(it.partition()));
        owned = new Owned(owned.all, Set.copyOf(own));
    }
}
