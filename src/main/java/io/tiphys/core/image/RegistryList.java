package io.tiphys.core.image;

import io.tiphys.core.model.Fields;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What `registries.conf` says of registries. An entry that cannot be used is left out, with its
/// problem in words.
public record RegistryList(List<RegistryEntry> entries, List<String> problems) {

    /// The key of the ConfigMap `argocd-image-updater-config`.
    public static final String KEY = "registries.conf";

    public RegistryList {
        entries = List.copyOf(entries);
        problems = List.copyOf(problems);
    }

    /// @param yaml empty for no registries
    public static RegistryList read(String yaml) {
        Object tree;
        try {
            tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        } catch (YamlEngineException | StackOverflowError malformed) {
            // Its message might quote the file.
            return new RegistryList(List.of(), List.of("it is no YAML"));
        }
        if (tree == null) {
            return new RegistryList(List.of(), List.of());
        }
        if (!(Json.at(tree, "registries") instanceof List<?> registries)) {
            return new RegistryList(List.of(), List.of("it has no list of registries"));
        }
        var entries = new ArrayList<RegistryEntry>();
        var problems = new ArrayList<String>();
        for (var registry : registries) {
            try {
                add(entries, entry(registry));
            } catch (InvalidSpecException invalid) {
                problems.add(String.valueOf(invalid.getMessage()));
            }
        }
        return new RegistryList(entries, problems);
    }

    private static RegistryEntry entry(@Nullable Object tree) {
        return new Fields("file", Map.of("registries", Collections.singletonList(tree)))
                .objects("registries", RegistryEntry::read)
                .getFirst();
    }

    private static void add(List<RegistryEntry> entries, RegistryEntry entry) {
        for (var other : entries) {
            if (other.prefix().equals(entry.prefix())) {
                throw new InvalidSpecException(
                        "%s: %s has the prefix %s as well"
                                .formatted(entry.name(), other.name(), entry.prefix()));
            }
            if (other.usual() && entry.usual()) {
                throw new InvalidSpecException(
                        "%s: %s is the default registry as well"
                                .formatted(entry.name(), other.name()));
            }
        }
        entries.add(entry);
    }

    /// The registry of an image: of several prefixes the longest.
    ///
    /// @param repository canonical
    public Optional<RegistryEntry> find(String repository) {
        return entries.stream()
                .filter(it -> it.has(repository))
                .max(Comparator.comparingInt(it -> it.prefix().length()));
    }

    /// Where images are that are named without all of it.
    public RegistryNames names() {
        var folders = new HashMap<String, String>();
        entries.stream()
                .filter(it -> !it.folder().isEmpty())
                .forEach(it -> folders.put(it.prefix(), it.folder()));
        return new RegistryNames(
                entries.stream()
                        .filter(RegistryEntry::usual)
                        .map(RegistryEntry::prefix)
                        .findFirst()
                        .orElse(RegistryNames.USUAL.usual()),
                folders);
    }
}
