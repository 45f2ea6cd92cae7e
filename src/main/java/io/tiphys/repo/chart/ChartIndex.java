package io.tiphys.repo.chart;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What a repository's `index.yaml` says of its charts. It is read as a stream: descriptions, icons
/// and whatever else fills it are passed over, and never in memory together.
///
/// @param charts versions by the chart's name, in the index's order
record ChartIndex(Map<String, List<Version>> charts) {

    private static final int MAX_VERSIONS = 200_000;
    private static final int MAX_DEPTH = 100;
    private static final int BUFFER = 64 * 1024;

    /// @param urls where its archive is, relative to the index
    /// @param digest of the archive; empty if the index has none
    /// @param created as it is written
    record Version(String version, List<String> urls, String digest, String created) {}

    /// @param shown the repository's address, for messages
    /// @throws ManifestFailure if it is no index, or too large
    static ChartIndex read(String shown, InputStream yaml) throws IOException {
        var settings =
                LoadSettings.builder()
                        .setCodePointLimit(Integer.MAX_VALUE)
                        .setBufferSize(BUFFER)
                        .build();
        try {
            var reader = new Reader(shown, new Parse(settings).parseInputStream(yaml).iterator());
            return new ChartIndex(reader.read());
        } catch (YamlEngineException malformed) {
            if (malformed.getCause() instanceof IOException cutOff) {
                throw cutOff;
            }
            throw unreadable(shown, "is no YAML: " + malformed.getMessage());
        }
    }

    private static ManifestFailure unreadable(String shown, String why) {
        return new ManifestFailure(
                "The index.yaml of the repository %s cannot be read: it %s".formatted(shown, why));
    }

    private static final class Reader {

        private final String shown;
        private final Iterator<Event> events;
        private int versions;

        Reader(String shown, Iterator<Event> events) {
            this.shown = shown;
            this.events = events;
        }

        /// What does something with the value of a key, whose first event it is given.
        private interface Field {
            void read(String key, Event value);
        }

        Map<String, List<Version>> read() {
            var charts = new HashMap<String, List<Version>>();
            while (events.hasNext()) {
                var event = events.next();
                if (event instanceof NodeEvent) {
                    fields(
                            event,
                            (key, value) -> {
                                if (key.equals("entries")) {
                                    fields(value, (name, it) -> charts.put(name, versions(it)));
                                } else {
                                    skip(value, 0);
                                }
                            });
                    return charts;
                }
            }
            throw unreadable(shown, "is empty");
        }

        /// The fields of a mapping. What is null has none.
        private void fields(Event start, Field field) {
            if (isNull(start)) {
                return;
            }
            if (!(start instanceof MappingStartEvent)) {
                throw unreadable(shown, "has another form than Helm's");
            }
            for (var key = events.next(); key instanceof NodeEvent; key = events.next()) {
                if (!(key instanceof ScalarEvent name)) {
                    throw unreadable(shown, "has another form than Helm's");
                }
                field.read(name.getValue(), events.next());
            }
        }

        private List<Version> versions(Event start) {
            var found = new ArrayList<Version>();
            items(start, it -> version(it, found));
            return List.copyOf(found);
        }

        private void items(Event start, Consumer<Event> item) {
            if (isNull(start)) {
                return;
            }
            if (!(start instanceof SequenceStartEvent)) {
                throw unreadable(shown, "has another form than Helm's");
            }
            for (var it = events.next(); it instanceof NodeEvent; it = events.next()) {
                item.accept(it);
            }
        }

        private void version(Event start, List<Version> into) {
            if (++versions > MAX_VERSIONS) {
                throw unreadable(shown, "has more than %,d versions".formatted(MAX_VERSIONS));
            }
            var texts = new HashMap<String, String>();
            var urls = new ArrayList<String>();
            fields(
                    start,
                    (key, value) -> {
                        switch (key) {
                            case "version", "digest", "created" -> texts.put(key, text(value));
                            case "urls" -> items(value, it -> urls.add(text(it)));
                            default -> skip(value, 0);
                        }
                    });
            var digest = texts.getOrDefault("digest", "");
            into.add(
                    new Version(
                            texts.getOrDefault("version", ""),
                            List.copyOf(urls),
                            digest.isEmpty() || digest.startsWith("sha256:")
                                    ? digest
                                    : "sha256:" + digest,
                            texts.getOrDefault("created", "")));
        }

        private String text(Event event) {
            if (event instanceof ScalarEvent scalar) {
                return isNull(scalar) ? "" : scalar.getValue();
            }
            throw unreadable(shown, "has another form than Helm's");
        }

        private static boolean isNull(Event event) {
            return event instanceof ScalarEvent scalar
                    && scalar.isPlain()
                    && List.of("", "~", "null").contains(scalar.getValue());
        }

        private void skip(Event start, int depth) {
            if (depth > MAX_DEPTH) {
                throw unreadable(shown, "is nested too deeply");
            }
            if (start instanceof ScalarEvent || start instanceof AliasEvent) {
                return;
            }
            for (var it = events.next(); it instanceof NodeEvent; it = events.next()) {
                skip(it, depth + 1);
            }
        }
    }
}
