package io.tiphys.image;

import io.tiphys.core.image.RefusedEditException;
import io.tiphys.repo.Folder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The files of a branch as one edit after another leaves them. Paths are relative to its root.
final class EditedFiles {

    private final Folder root;
    private final Map<String, byte[]> before;
    private final Map<String, byte[]> edited = new LinkedHashMap<>();
    private final Set<String> looked = new HashSet<>();

    EditedFiles(Folder root) {
        this(root, Map.of());
    }

    /// @param before edits of others, which must not change meanwhile
    private EditedFiles(Folder root, Map<String, byte[]> before) {
        this.root = root;
        this.before = before;
    }

    /// The same files for one of several that edit them side by side, until [#take] brings together
    /// what they did.
    EditedFiles apart() {
        return new EditedFiles(root, edited);
    }

    /// Whether what was done apart rests on files that have been edited meanwhile.
    boolean restsOn(Set<String> meanwhile) {
        return looked.stream().anyMatch(meanwhile::contains);
    }

    void take(EditedFiles apart) {
        edited.putAll(apart.edited);
    }

    /// @return empty if there is no such file
    /// @throws RefusedEditException if it cannot be edited
    Optional<String> text(String path) {
        looked.add(path);
        var now = edited.getOrDefault(path, before.get(path));
        if (now != null) {
            return Optional.of(decoded(path, now));
        }
        var file = root.file(path);
        if (file.filter(Folder.Entry::link).isPresent()) {
            throw new RefusedEditException("it is a link to another file");
        }
        return file.map(it -> decoded(path, root.read(it)));
    }

    /// Only UTF-8 survives being read and written unchanged.
    private static String decoded(String path, byte[] content) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException notText) {
            throw new RefusedEditException("%s is not UTF-8".formatted(path));
        }
    }

    /// What a file was before, newest first, beginning with what it is without the edits.
    List<Folder.Version> versions(String path) {
        return root.versions(path);
    }

    /// @throws RefusedEditException if it is no text
    String text(String path, Folder.Version version) {
        return root.file(path, version).map(it -> decoded(path, root.read(it))).orElse("");
    }

    void put(String path, String text) {
        edited.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /// YAML and JSON files, without links.
    List<String> manifests(String folder, boolean recurse) {
        var paths = new ArrayList<String>();
        root.folder(folder)
                .ifPresent(
                        it ->
                                it.entries(recurse).stream()
                                        .filter(file -> !file.link() && isManifest(file.path()))
                                        .map(file -> in(folder, file.path()))
                                        .forEach(paths::add));
        return paths;
    }

    private static boolean isManifest(String path) {
        return path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".json");
    }

    static String in(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    Map<String, byte[]> edited() {
        return edited;
    }
}
