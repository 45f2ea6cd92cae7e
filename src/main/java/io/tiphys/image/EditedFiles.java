package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.FileText;
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

    /// What one edit leaves is what the next one begins with, of all files that one commit edits.
    private static final long MAX_KNOWN_BYTES = 16L << 20;

    /// Text, and what is found in it, are of about the same size.
    private static final int BYTES_OF_CHARACTER = 3;

    private static final int OVERHEAD = 512;

    private static final Cache<String, FileText> KNOWN =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_KNOWN_BYTES)
                    .weigher(
                            (String text, FileText _) ->
                                    OVERHEAD + BYTES_OF_CHARACTER * text.length())
                    // There is little to tidy: to wake another thread for it would cost more.
                    .executor(Runnable::run)
                    .build();

    private final Folder root;

    /// What edits that came before these left.
    private final Map<String, byte[]> before;

    private final Map<String, byte[]> edited = new LinkedHashMap<>();

    private final List<Runnable> unchecked = new ArrayList<>();

    /// Which files somebody asked for.
    private final Set<String> asked = new HashSet<>();

    /// By path, those of the last listing: they are read next.
    private Map<String, Folder.Entry> listed = Map.of();

    EditedFiles(Folder root) {
        this(root, Map.of());
    }

    private EditedFiles(Folder root, Map<String, byte[]> before) {
        this.root = root;
        this.before = before;
    }

    /// The same files for edits that are none of these until they are added.
    EditedFiles beside() {
        return new EditedFiles(root, edited);
    }

    /// Whether edits that were made to files as they are in Git would be made to these in the same
    /// way.
    boolean bear(EditedFiles others) {
        return root.equals(others.root) && others.asked.stream().noneMatch(edited::containsKey);
    }

    /// Whoever adds them has them checked.
    void add(EditedFiles others) {
        edited.putAll(others.edited);
    }

    /// @return empty if there is no such file
    /// @throws RefusedEditException if it cannot be edited
    Optional<String> text(String path) {
        return read(path).map(FileText::text);
    }

    /// As [#text], to be parsed.
    Optional<FileText> read(String path) {
        asked.add(path);
        var mine = edited.getOrDefault(path, before.get(path));
        if (mine != null) {
            return Optional.of(known(decoded(path, mine)));
        }
        return unedited(path);
    }

    /// As it is without the edits.
    ///
    /// @return empty if there is no such file
    /// @throws RefusedEditException if it cannot be edited
    Optional<FileText> unedited(String path) {
        var file = Optional.ofNullable(listed.get(path)).or(() -> root.file(path));
        if (file.filter(Folder.Entry::link).isPresent()) {
            throw new RefusedEditException("it is a link to another file");
        }
        return file.map(it -> known(decoded(path, root.read(it))));
    }

    private static FileText known(String text) {
        var known = KNOWN.getIfPresent(text);
        return known == null ? new FileText(text) : known;
    }

    boolean isEdited(String path) {
        return edited.containsKey(path) || before.containsKey(path);
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

    /// The newest of these alone; of the last one, a commit is told that had it so.
    List<Folder.Version> versions(String path, int most) {
        return root.versions(path, most);
    }

    /// @throws RefusedEditException if it is no text
    String text(String path, Folder.Version version) {
        return root.file(path, version).map(it -> decoded(path, root.read(it))).orElse("");
    }

    /// @param before what it was
    void put(String path, FileText before, FileEdit edit) {
        edited.put(path, edit.text().getBytes(StandardCharsets.UTF_8));
        unchecked.add(
                () -> {
                    edit.check().run();
                    KNOWN.invalidate(before.text());
                    KNOWN.put(edit.text(), edit.file());
                });
    }

    /// Holds files against what they were before each edit.
    ///
    /// @throws IllegalStateException if an edit changed more than was meant
    void check() {
        unchecked.forEach(Runnable::run);
        unchecked.clear();
    }

    /// YAML and JSON files, without links.
    List<String> manifests(String folder, boolean recurse) {
        var found = new LinkedHashMap<String, Folder.Entry>();
        for (var file : root.folder(folder).map(it -> it.entries(recurse)).orElse(List.of())) {
            if (!file.link() && isManifest(file.path())) {
                var path = in(folder, file.path());
                found.put(path, file.at(path));
            }
        }
        listed = found;
        return List.copyOf(found.keySet());
    }

    private static boolean isManifest(String path) {
        return path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".json");
    }

    static String in(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    /// What files became.
    ///
    /// @throws IllegalStateException if an edit changed more than was meant
    Map<String, byte[]> edited() {
        check();
        return edited;
    }
}
