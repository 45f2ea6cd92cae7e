package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.channel.Tracing;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a replica does with Applications that another looks after.
class ApplicationsOfOthersTest {

    private static final ApplicationId SHOP = new ApplicationId("argocd", "shop");
    private static final ApplicationId OTHER = new ApplicationId("argocd", "other");

    private final Set<ApplicationId> ofOthers = ConcurrentHashMap.newKeySet();
    private final Map<ApplicationId, CompletableFuture<Void>> begun =
            Map.of(SHOP, new CompletableFuture<>(), OTHER, new CompletableFuture<>());
    private final Map<ApplicationId, CompletableFuture<Refresher.Next>> ends =
            Map.of(SHOP, new CompletableFuture<>(), OTHER, new CompletableFuture<>());
    private final ApplicationCommands commands =
            new ApplicationCommands(
                    refresh -> {
                        begun.get(refresh.application()).complete(null);
                        return ends.get(refresh.application()).join();
                    },
                    it -> !ofOthers.contains(it),
                    new Config(),
                    Duration.ZERO,
                    new Tracing(Map.of()));

    @AfterEach
    void close() {
        ends.values().forEach(it -> it.complete(new Refresher.Next.Never()));
        commands.close();
    }

    @Test
    void what_is_seen_of_them_is_left_to_the_other() {
        ofOthers.add(SHOP);

        assertThat(refresh(SHOP)).isCompleted();

        assertThat(begun.get(SHOP)).isNotDone();
    }

    @Test
    void what_is_under_way_is_done_before_the_other_begins() throws Exception {
        // Given
        refresh(SHOP);
        refresh(OTHER);
        begun.get(SHOP).get(10, TimeUnit.SECONDS);
        begun.get(OTHER).get(10, TimeUnit.SECONDS);
        ofOthers.add(SHOP);

        // When
        var over = CompletableFuture.runAsync(commands::handOver);
        end(OTHER);
        assertThat(over).isNotDone();
        end(SHOP);

        // Then
        over.get(5, TimeUnit.SECONDS);
    }

    @Test
    void what_is_under_way_for_its_own_is_not_waited_for() {
        refresh(OTHER);
        ofOthers.add(SHOP);

        commands.handOver();

        assertThat(ends.get(OTHER)).isNotDone();
    }

    private CompletableFuture<Void> refresh(ApplicationId application) {
        return commands.submit(new Refresh(application, false, FetchDemand.ANY, ""));
    }

    private void end(ApplicationId application) {
        ends.get(application).complete(new Refresher.Next.Sweep());
    }

    private record Config() implements ApplicationConfig {

        @Override
        public int concurrency() {
            return 32;
        }

        @Override
        public Duration sweep() {
            return Duration.ofHours(1);
        }

        @Override
        public int parallelWrites() {
            return 1;
        }

        @Override
        public Duration syncTimeout() {
            return Duration.ZERO;
        }
    }
}
