package io.tiphys.repo;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Which Git repositories the files of Applications name beside those of their sources, as they
/// were read last by this process.
@Singleton
public class NamedRepositories {

    /// Sources that are remembered. Those that were not read for longest make way: that what they
    /// name has moved is found by a sweep alone, then.
    private static final int MAX_SOURCES = 100_000;

    private final Map<Reader, Set<Named>> byReader = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<String, Set<Reader>> byRepository = new HashMap<>();

    /// A source of an Application.
    ///
    /// @param application as [Build] has it
    public record Reader(String application, String repoUrl, String path) {}

    /// @param repository canonical URL
    /// @param ref branch, tag, commit or `HEAD`
    public record Named(String repository, String ref) {}

    /// @param named all that its files name now
    public synchronized void read(Reader reader, Set<Named> named) {
        var before = named.isEmpty() ? byReader.remove(reader) : byReader.put(reader, named);
        if (before != null) {
            forget(reader, before);
        }
        named.forEach(
                it ->
                        byRepository
                                .computeIfAbsent(it.repository(), _ -> new HashSet<>())
                                .add(reader));
        if (byReader.size() > MAX_SOURCES) {
            var eldest = byReader.keySet().iterator().next();
            forget(eldest, byReader.getOrDefault(eldest, Set.of()));
            byReader.remove(eldest);
        }
    }

    private void forget(Reader reader, Set<Named> named) {
        for (var it : named) {
            byRepository.computeIfPresent(
                    it.repository(),
                    (_, readers) -> {
                        readers.remove(reader);
                        return readers.isEmpty() ? null : readers;
                    });
        }
    }

    /// Applications whose files name a repository, and the refs that they name of it.
    ///
    /// @param repository canonical URL
    public synchronized Map<String, Set<String>> naming(String repository) {
        var refs = new HashMap<String, Set<String>>();
        for (var reader : byRepository.getOrDefault(repository, Set.of())) {
            byReader.getOrDefault(reader, Set.of()).stream()
                    .filter(it -> it.repository().equals(repository))
                    .forEach(
                            it ->
                                    refs.computeIfAbsent(reader.application(), _ -> new HashSet<>())
                                            .add(it.ref()));
        }
        return refs;
    }
}
