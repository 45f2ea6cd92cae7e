package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Interner;
import io.tiphys.core.image.FileText;
import io.tiphys.core.image.ImageName;
import io.tiphys.core.image.ManifestEdit;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TakenBack.By;
import io.tiphys.core.image.TakenBack.Naming;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.image.TargetEdit.Edit;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a file named an image by along its branch's history, read by the same edit that would
/// change it. Of a file that is asked for again and again, what is new is added to what is known.
final class FilePast {

    /// Of what is known, at about twice what it mostly takes: thirty versions of each of fifteen
    /// hundred files that name three images. Fewer than all files that one commit edits would be of
    /// no use: each would be read anew with every new tag.
    private static final long MAX_BYTES = 32L << 20;

    private static final int BYTES_OF_VERSION = 300;

    /// Half of what one takes that no other version names.
    private static final int BYTES_OF_TAG = 150;

    /// The newest version, the one before, and one that shows what made that.
    private static final int RECENT = 3;

    private static final Cache<File, Past> KNOWN =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((File _, Past past) -> past.weight())
                    // There is little to tidy: to wake another thread for it would cost more.
                    .executor(Runnable::run)
                    .build();

    /// Versions of a file differ in little: what they have in common is held once.
    private static final Interner<String> REPOSITORIES = Interner.newWeakInterner();

    private static final Interner<Set<NamedTag>> TAGS = Interner.newWeakInterner();
    private static final Interner<Edit> EDITS = Interner.newWeakInterner();

    /// @param by empty for all that containers name, which is read at once: of one file, one image
    ///     after another is asked for
    private record File(Folder.Version version, String path, Optional<Edit> by) {}

    /// @param isFile whether there was such a file
    /// @param readable whether it could be edited
    /// @param named by which images are named
    /// @param unnamed what it says of any other
    /// @param weight of it, in bytes
    private record Known(
            boolean isFile,
            boolean readable,
            Map<String, Naming> named,
            Naming unnamed,
            int weight) {

        static Known of(Folder.Version version, Optional<Map<String, Set<NamedTag>>> tags) {
            var by = new By(version.commit(), version.author());
            var named = new HashMap<String, Naming>();
            int weight = BYTES_OF_VERSION;
            for (var it : tags.orElse(Map.of()).entrySet()) {
                var shared = TAGS.intern(Set.copyOf(it.getValue()));
                named.put(REPOSITORIES.intern(it.getKey()), new Naming(shared, by));
                weight += BYTES_OF_TAG * shared.size();
            }
            return new Known(
                    version.isFile(),
                    tags.isPresent(),
                    Map.copyOf(named),
                    new Naming(Set.of(), by),
                    weight);
        }
    }

    /// @param versions newest first
    /// @param whole unless one could not be read this time
    /// @param weight of it, in bytes
    private record Past(List<Known> versions, boolean whole, int weight) {

        static Past of(List<Known> versions, boolean whole) {
            return new Past(
                    List.copyOf(versions), whole, versions.stream().mapToInt(Known::weight).sum());
        }

        /// One version later.
        Past then(Known newest) {
            boolean full = versions.size() == Folder.MOST_VERSIONS;
            var all = new ArrayList<Known>(versions.size() + 1);
            all.add(newest);
            all.addAll(full ? versions.subList(0, versions.size() - 1) : versions);
            return new Past(
                    List.copyOf(all),
                    whole,
                    weight + newest.weight - (full ? versions.getLast().weight : 0));
        }
    }

    private FilePast() {}

    /// @param now what the file is without the edits
    /// @param optional whether it says something that there is no such file. Otherwise, one that
    ///     was deleted and made again has no past before that
    /// @return newest first; versions that the edit cannot read are left out
    static List<Naming> of(
            EditedFiles files, String path, FileText now, boolean optional, Edit edit) {
        var namings = new ArrayList<Naming>(Folder.MOST_VERSIONS);
        for (var known : past(files, path, now, edit).versions) {
            if (!known.isFile && !optional) {
                break;
            }
            if (known.readable) {
                namings.add(known.named.getOrDefault(image(edit), known.unnamed));
            }
        }
        return namings;
    }

    private static Past past(EditedFiles files, String path, FileText now, Edit edit) {
        var by =
                edit instanceof Edit.Containers
                        ? Optional.<Edit>empty()
                        : Optional.of(EDITS.intern(edit));
        var recent = files.versions(path, RECENT);
        if (recent.size() < RECENT) {
            return read(files, path, now, edit, recent);
        }
        var newest = recent.getFirst();
        var file = new File(newest, path, by);
        var known = KNOWN.getIfPresent(file);
        if (known != null) {
            return known;
        }
        var earlier = new File(recent.get(1), path, by);
        var before = KNOWN.getIfPresent(earlier);
        var past =
                before == null
                        ? read(files, path, now, edit, files.versions(path))
                        : before.then(Known.of(newest, tags(now, edit)));
        if (past.whole) {
            KNOWN.put(file, past);
            KNOWN.invalidate(earlier);
        }
        return past;
    }

    private static Past read(
            EditedFiles files,
            String path,
            FileText now,
            Edit edit,
            List<Folder.Version> versions) {
        var known = new ArrayList<Known>();
        boolean whole = true;
        for (var version : versions) {
            var text = Optional.of(now);
            if (!known.isEmpty()) {
                try {
                    text = Optional.of(new FileText(files.text(path, version)));
                } catch (RefusedEditException | ManifestFailure unreadable) {
                    // Nobody has to mend what was.
                    text = Optional.empty();
                    whole = whole && !isPassing(unreadable);
                }
            }
            known.add(Known.of(version, text.flatMap(it -> tags(it, edit))));
        }
        return Past.of(known, whole);
    }

    private static boolean isPassing(RuntimeException failure) {
        return failure instanceof ManifestFailure trouble && trouble.passing();
    }

    /// Of all that a text was read for.
    private static String image(Edit edit) {
        return edit instanceof Edit.Containers(_, var repository) ? repository : "";
    }

    private static Optional<Map<String, Set<NamedTag>>> tags(FileText text, Edit edit) {
        try {
            return Optional.of(
                    edit instanceof Edit.Containers
                            ? tags(ManifestEdit.images(text))
                            : Map.of(image(edit), edit.tags(text)));
        } catch (RefusedEditException | UnreadableManifestException uneditable) {
            return Optional.empty();
        }
    }

    private static Map<String, Set<NamedTag>> tags(List<ImageName> images) {
        var tags = new HashMap<String, Set<NamedTag>>();
        for (var image : images) {
            tags.computeIfAbsent(image.canonicalRepository(), _ -> new HashSet<>())
                    .add(NamedTag.of(image));
        }
        return tags;
    }
}
