package io.tiphys.core.image;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a file becomes when an image of it gets a new tag.
///
/// @param file the same as before if there are no changes
/// @param check that nothing else is another in it; to be run before anybody is given the file.
///     It takes as long as the edit, and throws [IllegalStateException]
public record FileEdit(FileText file, List<Change> changes, Runnable check) {

    public FileEdit {
        changes = List.copyOf(changes);
    }

    public FileEdit(String text, List<Change> changes) {
        this(new FileText(text), changes, () -> {});
    }

    public String text() {
        return file.text();
    }

    /// A tag that became another, each with its digest if it has one.
    ///
    /// @param from empty if the file named none
    public record Change(String from, String to) {}

    /// Asked what comes in place of a tag; nothing means that it stays.
    public interface Choice extends Function<NamedTag, Optional<Retag>> {

        /// The same for a file of which is known what it was before.
        ///
        /// @param past asked only where something is to be written; newest first, what it is now
        ///     included
        default Choice in(String file, Supplier<List<TakenBack.Naming>> past) {
            return this;
        }

        /// Forgets what files it was asked for: they are edited anew.
        default void begin() {}
    }

    /// The file as it is.
    public static FileEdit none(String text) {
        return new FileEdit(text, List.of());
    }
}
