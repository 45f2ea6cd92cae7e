package io.tiphys.image;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static java.util.stream.Collectors.toUnmodifiableMap;

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

    /// @param tags by which images are named; empty where it cannot be edited
    /// @param weight of it, in bytes
    private record Known(
            Folder.Version version, Optional<Map<String, Set<NamedTag>>> tags, int weight) {

        Known(Folder.Version version, Optional<Map<String, Set<NamedTag>>> tags) {
            this(version, tags, BYTES_OF_VERSION + BYTES_OF_TAG * count(tags));
        }

        private static int count(Optional<Map<String, Set<NamedTag>>> tags) {
            return tags.orElse(Map.of()).values().stream().mapToInt(Set::size).sum();
        }
    }

    /// @param versions newest first
    /// @param whole unless one could not be read this time
    private record Past(List<Known> versions, boolean whole) {

        /// One version later.
        Past then(Known newest) {
            var all = new ArrayList<Known>();
            all.add(newest);
            all.addAll(versions.subList(0, Math.min(versions.size(), Folder.MOST_VERSIONS - 1)));
            return new Past(List.copyOf(all), whole);
        }

        int weight() {
            return versions.stream().mapToInt(Known::weight).sum();
        }
    }

    private FilePast() {}

    /// @param now what the file is without the edits
    /// @param optional whether it says something that there is no such file. Otherwise, one that
    ///     was deleted and made again has no past before that
    /// @return newest first; versions that the edit cannot read are left out
    static List<Naming> of(
            EditedFiles files, String path, FileText now, boolean optional, Edit edit) {
        var namings = new ArrayList<Naming>();
        for (var known : past(files, path, now, edit).versions) {
            var version = known.version;
            if (!version.isFile() && !optional) {
                break;
            }
            known.tags
                    .map(it -> it.getOrDefault(image(edit), Set.of()))
                    .map(it -> new Naming(it, new By(version.commit(), version.author())))
                    .ifPresent(namings::add);
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
                        : before.then(new Known(newest, tags(now, edit)));
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
            known.add(new Known(version, text.flatMap(it -> tags(it, edit))));
        }
        return new Past(List.copyOf(known), whole);
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
                            ? shared(
                                    ManifestEdit.images(text).stream()
                                            .collect(
                                                    groupingBy(
                                                            ImageName::canonicalRepository,
                                                            mapping(NamedTag::of, toSet()))))
                            : shared(Map.of(image(edit), edit.tags(text))));
        } catch (RefusedEditException | UnreadableManifestException uneditable) {
            return Optional.empty();
        }
    }

    private static Map<String, Set<NamedTag>> shared(Map<String, Set<NamedTag>> tags) {
        return tags.entrySet().stream()
                .collect(
                        toUnmodifiableMap(
                                it -> REPOSITORIES.intern(it.getKey()),
                                it -> TAGS.intern(Set.copyOf(it.getValue()))));
    }
}
