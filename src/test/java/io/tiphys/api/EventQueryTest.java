package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.channel.EventHistory.Entry;
import io.tiphys.channel.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventQueryTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void without_a_word_it_is_the_last_hour_of_the_usual_topic() {
        var query = query(Map.of());

        assertThat(query)
                .isEqualTo(
                        new EventQuery(
                                Topics.DEAD_LETTERS,
                                NOW.minus(Duration.ofHours(1)),
                                NOW,
                                "",
                                "",
                                100,
                                false));
    }

    @ParameterizedTest
    @CsvSource({
        "90m, 2026-11-21T08:30:00Z",
        "30s, 2026-11-21T09:59:30Z",
        "2d, 2026-11-19T10:00:00Z",
        "1h, 2026-11-21T09:00:00Z",
        "2026-11-20T00:00:00Z, 2026-11-20T00:00:00Z"
    })
    void a_time_is_said_as_such_or_as_how_long_ago(String since, Instant expected) {
        assertThat(query(Map.of("since", since)).since()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "topic, secrets, is none of git-events",
        "since, yesterday, how long ago",
        "until, 5y, how long ago",
        "limit, 0, from 1 to 1000",
        "limit, 1001, from 1 to 1000",
        "limit, 99999999999, from 1 to 1000",
        "limit, ten, from 1 to 1000"
    })
    void what_cannot_be_understood_is_said(String name, String value, String words) {
        assertThatThrownBy(() -> query(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + value + "'")
                .hasMessageContaining(words);
    }

    @Test
    void a_topic_goes_by_its_full_name_too() {
        assertThat(query(Map.of("topic", "git-events")).topic()).isEqualTo(Topics.GIT_EVENTS);
        assertThat(query(Map.of("topic", "tiphys.image-events")).topic())
                .isEqualTo(Topics.IMAGE_EVENTS);
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/Acme/Shop.git, github.com/acme/shop, true",
        "git@github.com:acme/shop, github.com/acme/shop, true",
        "registry.local/Shop, registry.local/shop, true",
        "github.com/acme/shop, github.com/acme/shop2, false"
    })
    void a_repository_is_known_however_it_is_spelled(String asked, String key, boolean matches) {
        assertThat(query(Map.of("repository", asked)).matches(entry(key, "e1", "d1")))
                .isEqualTo(matches);
    }

    @Test
    void an_id_is_the_event_s_or_the_delivery_s() {
        assertThat(query(Map.of("id", "e1")).matches(entry("k", "e1", "d1"))).isTrue();
        assertThat(query(Map.of("id", "d1")).matches(entry("k", "e1", "d1"))).isTrue();
        assertThat(query(Map.of("id", "x")).matches(entry("k", "e1", "d1"))).isFalse();
    }

    @Test
    void what_is_to_be_replayed_must_be_narrowed() {
        assertThat(query(Map.of("topic", "git-events", "limit", "5")).narrow()).isFalse();
        assertThat(query(Map.of("since", "1h")).narrow()).isTrue();
    }

    private static EventQuery query(Map<String, String> values) {
        return EventQuery.of(it -> values.getOrDefault(it, ""), Topics.DEAD_LETTERS, NOW);
    }

    private static Entry entry(String key, String id, String delivery) {
        return new Entry(
                Topics.GIT_EVENTS,
                0,
                0,
                NOW,
                key,
                Map.of("ce_id", id, "ce_delivery", delivery),
                new byte[0]);
    }
}
