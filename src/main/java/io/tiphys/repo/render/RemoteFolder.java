package io.tiphys.repo.render;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// The files of other servers that one rendering reads, as if they lay in a folder of the
/// repository. For one thread at a time.
final class RemoteFolder implements Folder {

    /// No source can have a `ref` of that name.
    static final String NAME = "$urls:";

    private static final Set<String> READ = Set.of("http", "https");

    private final Remotes.Of remotes;
    private final Set<String> allowed;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, byte[]> contents = new HashMap<>();

    /// @param allowed what addresses may begin with, in lower case
    RemoteFolder(Remotes.Of remotes, Set<String> allowed) {
        this.remotes = remotes;
        this.allowed = allowed;
    }

    /// Reads a file, once however often it is named.
    ///
    /// @param field the option that names it, for messages
    /// @return its path from the repository's root
    /// @throws ManifestFailure if it may not be read, or cannot
    String add(String field, String address) {
        var entry = entries.get(address);
        if (entry == null) {
            requireAllowed(field, address);
            entry = read(field, address);
            entries.put(address, entry);
        }
        return NAME + "/" + entry.path();
    }

    private Entry read(String field, String address) {
        try {
            var file = new Elsewhere.File(address);
            var digest = remotes.id(file);
            var content = remotes.content(file, digest);
            var path = "%d.yaml".formatted(entries.size());
            contents.put(path, content);
            return new Entry(path, digest, content.length, false, false);
        } catch (ManifestFailure failure) {
            throw failure.of(field);
        }
    }

    private void requireAllowed(String field, String address) {
        var scheme = address.substring(0, address.indexOf(':')).toLowerCase(Locale.ROOT);
        if (!allowed.contains(scheme)) {
            throw new ManifestFailure(
                    "%s: addresses that begin with %s: are not allowed, but those with %s"
                                    .formatted(field, scheme, listed(allowed))
                            + " (helm.valuesFileSchemes of the ConfigMap argocd-cm)");
        }
        if (!READ.contains(scheme)) {
            throw new ManifestFailure(
                    "%s: addresses that begin with %s: are not read by this version, but those with %s"
                            .formatted(field, scheme, listed(READ)));
        }
    }

    private static String listed(Set<String> schemes) {
        return schemes.stream().sorted().collect(Collectors.joining(", "));
    }

    @Override
    public String treeId() {
        return Inputs.of(entries(true));
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return List.copyOf(entries.values());
    }

    @Override
    public byte[] read(Entry entry) {
        var content = contents.get(entry.path());
        if (content == null) {
            throw new ManifestFailure("No folder of a repository may be called " + NAME);
        }
        return content;
    }

    @Override
    public Optional<Folder> folder(String path) {
        return path.isEmpty() ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Optional<Entry> file(String path) {
        return entries.values().stream().filter(it -> it.path().equals(path)).findFirst();
    }
}
