package io.tiphys.channel;

import static java.util.Objects.requireNonNull;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Asks the broker whether all topics are there and may be used.
@Singleton
class TopicCheck {

    /// Who asks whether the service is ready does not wait long.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final String SILENCE = "The broker does not answer for its topics";

    private final Admin admin;

    TopicCheck(KafkaConnection connection) {
        admin =
                Admin.create(
                        connection.settings(
                                Map.of(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200)));
    }

    /// What is amiss and with which topics, in one sentence for each kind of trouble; empty if
    /// nothing is.
    String trouble() {
        var options =
                new DescribeTopicsOptions()
                        .includeAuthorizedOperations(true)
                        .timeoutMs((int) PATIENCE.toMillis());
        var asked = admin.describeTopics(Topics.names(), options).topicNameValues();
        var troubles = new TreeMap<String, List<String>>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (var name : Topics.names()) {
            for (var trouble : troubles(requireNonNull(asked.get(name)), end - System.nanoTime())) {
                troubles.computeIfAbsent(trouble, _ -> new ArrayList<>()).add(name);
            }
        }
        var sentences = new ArrayList<String>();
        troubles.forEach(
                (trouble, names) -> sentences.add(trouble + ": " + String.join(", ", names)));
        return String.join(". ", sentences);
    }

    /// @param patience nanoseconds; the client's own timeout begins anew with each of its steps
    private static List<String> troubles(KafkaFuture<TopicDescription> asked, long patience) {
        try {
            var topic = asked.get(Math.max(0, patience), TimeUnit.NANOSECONDS);
            return forbidden(topic.authorizedOperations());
        } catch (TimeoutException _) {
            return List.of(SILENCE);
        } catch (ExecutionException failure) {
            return switch (failure.getCause()) {
                case UnknownTopicOrPartitionException _ -> List.of("The broker lacks topics");
                case AuthorizationException _ -> List.of("Topics may not be described");
                case null, default -> List.of(SILENCE);
            };
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of("The broker was not waited for");
        }
    }

    /// A broker that says nothing of rights says so by none: who may describe a topic may that.
    static List<String> forbidden(@Nullable Set<AclOperation> allowed) {
        if (allowed == null || allowed.isEmpty() || allowed.contains(AclOperation.ALL)) {
            return List.of();
        }
        var forbidden = new ArrayList<String>();
        if (!allowed.contains(AclOperation.READ)) {
            forbidden.add("Topics may not be read");
        }
        if (!allowed.contains(AclOperation.WRITE)) {
            forbidden.add("Topics may not be written");
        }
        return forbidden;
    }

    @PreDestroy
    void close() {
        admin.close(PATIENCE);
    }
}
