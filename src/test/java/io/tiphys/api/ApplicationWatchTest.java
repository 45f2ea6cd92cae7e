package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApplicationWatchTest {

    private static final Entry OLD = entry("shop", "a", "1");
    private static final Entry NEW = entry("shop", "a", "2");
    private static final Entry ELSEWHERE = entry("shop", "b", "3");
    private static final ApplicationQuery EVERYTHING = ApplicationQuery.of(Map.of());
    private static final ApplicationQuery PROJECT_A =
            ApplicationQuery.of(Map.of("projects", List.of("a")));

    private final UnicastProcessor<Change> changes = UnicastProcessor.create();

    @Test
    void what_is_there_comes_first_and_changes_after() {
        // Given
        var reader = watch(() -> List.of(OLD), EVERYTHING);

        // When
        changes.onNext(change(OLD, NEW));
        changes.onNext(change(NEW, null));

        // Then
        assertThat(told(reader)).containsExactly("ADDED 1", "MODIFIED 2", "DELETED 2");
    }

    @Test
    void a_change_while_the_list_is_read_is_not_lost() {
        var reader =
                watch(
                        () -> {
                            changes.onNext(change(OLD, NEW));
                            return List.of(OLD);
                        },
                        EVERYTHING);

        assertThat(told(reader)).containsExactly("ADDED 1", "MODIFIED 2");
    }

    @Test
    void a_change_out_of_what_was_asked_for_is_a_deletion() {
        assertThat(type(change(NEW, ELSEWHERE), PROJECT_A)).contains("DELETED");
        assertThat(type(change(ELSEWHERE, NEW), PROJECT_A)).contains("ADDED");
        assertThat(type(change(null, NEW), PROJECT_A)).contains("ADDED");
        assertThat(type(change(null, ELSEWHERE), PROJECT_A)).isEmpty();
        assertThat(type(change(ELSEWHERE, null), PROJECT_A)).isEmpty();
    }

    @Test
    void a_reader_that_leaves_is_not_served_any_more() {
        // Given
        var unsubscribed = new AtomicBoolean();
        var reader =
                ApplicationWatch.events(
                                List::of,
                                changes.onCancellation().invoke(() -> unsubscribed.set(true)),
                                EVERYTHING)
                        .subscribe()
                        .withSubscriber(AssertSubscriber.create(1));

        // When
        reader.cancel();

        // Then
        assertThat(unsubscribed).isTrue();
    }

    @Test
    void a_reader_that_lags_too_far_behind_is_cut_off() {
        // Given
        var reader =
                ApplicationWatch.events(List::of, changes, EVERYTHING)
                        .subscribe()
                        .withSubscriber(AssertSubscriber.create(0));

        // When
        for (int i = 0; i < 10_000; i++) {
            changes.onNext(change(OLD, NEW));
        }
        reader.request(Long.MAX_VALUE);

        // Then
        reader.assertCompleted();
        assertThat(reader.getItems()).hasSizeLessThan(5_000);
    }

    private AssertSubscriber<Map<String, Object>> watch(
            Supplier<Collection<Entry>> now, ApplicationQuery query) {
        Multi<Map<String, Object>> events = ApplicationWatch.events(now, changes, query);
        return events.subscribe().withSubscriber(AssertSubscriber.create(100));
    }

    private static List<String> told(AssertSubscriber<Map<String, Object>> reader) {
        return reader.getItems().stream()
                .map(
                        event ->
                                Json.string(event, "result", "type")
                                        + " "
                                        + Json.string(
                                                event,
                                                "result",
                                                "application",
                                                "metadata",
                                                "resourceVersion"))
                .toList();
    }

    private static Optional<String> type(Change change, ApplicationQuery query) {
        return ApplicationWatch.event(change, query)
                .map(event -> Json.string(event, "result", "type"));
    }

    private static Change change(@Nullable Entry before, @Nullable Entry after) {
        return new Change(Optional.ofNullable(before), Optional.ofNullable(after));
    }

    private static Entry entry(String name, String project, String version) {
        return new Entry.Invalid(
                new ApplicationId("argocd", name),
                "no source",
                Map.of(
                        "metadata",
                                Map.of(
                                        "namespace",
                                        "argocd",
                                        "name",
                                        name,
                                        "resourceVersion",
                                        version),
                        "spec", Map.of("project", project)));
    }
}
