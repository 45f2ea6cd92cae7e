package io.tiphys.api;

import io.tiphys.channel.EventHistory.Entry;
import io.tiphys.channel.Topics;
import io.tiphys.core.model.RepositoryUrl;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which records of the event log somebody asks for.
///
/// @param id of the event, or of the delivery that it came with; empty for any
/// @param repository of Git or of images, empty for any
/// @param limit the newest so many
/// @param narrow whether more than the topic was said
record EventQuery(
        Topics topic,
        Instant since,
        Instant until,
        String id,
        String repository,
        int limit,
        boolean narrow) {

    static final int MOST = 1000;

    private static final int USUAL = 100;
    private static final Duration USUAL_TIME = Duration.ofHours(1);
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");
    private static final String PREFIX = "tiphys.";

    /// @param values of the parameters, empty for those that are absent
    /// @throws IllegalArgumentException if one is not what it should be
    static EventQuery of(UnaryOperator<String> values, Topics usual, Instant now) {
        var since = values.apply("since");
        var until = values.apply("until");
        var id = values.apply("id");
        var repository = values.apply("repository");
        return new EventQuery(
                topic(values.apply("topic"), usual),
                since.isEmpty() ? now.minus(USUAL_TIME) : time("since", since, now),
                until.isEmpty() ? now : time("until", until, now),
                id,
                repository,
                limit(values.apply("limit")),
                !(since + id + repository).isEmpty());
    }

    boolean matches(Entry entry) {
        return isAbout(entry)
                && (id.isEmpty() || entry.id().equals(id) || entry.delivery().equals(id));
    }

    private boolean isAbout(Entry entry) {
        return repository.isEmpty()
                || entry.key().equals(RepositoryUrl.canonical(repository))
                || entry.key().equals(repository.toLowerCase(Locale.ROOT));
    }

    private static Topics topic(String name, Topics usual) {
        if (name.isEmpty()) {
            return usual;
        }
        var full = name.startsWith(PREFIX) ? name : PREFIX + name;
        return Arrays.stream(Topics.values())
                .filter(it -> it.topicName().equals(full))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "topic '%s' is none of %s"
                                                .formatted(
                                                        name,
                                                        Topics.names().stream()
                                                                .map(
                                                                        it ->
                                                                                it.substring(
                                                                                        PREFIX
                                                                                                .length()))
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /// A time, or how long ago.
    private static Instant time(String name, String text, Instant now) {
        var ago = AGO.matcher(text);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "%s '%s' should be a time such as 2026-01-31T12:00:00Z, or how long ago: 90m, 2d"
                            .formatted(name, text));
        }
    }

    private static int limit(String text) {
        if (text.isEmpty()) {
            return USUAL;
        }
        if (!text.matches("\\d{1,4}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > MOST) {
            throw new IllegalArgumentException(
                    "limit '%s' should be a number from 1 to %d".formatted(text, MOST));
        }
        return Integer.parseInt(text);
    }
}
