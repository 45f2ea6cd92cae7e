package io.tiphys.core.image;

import io.tiphys.core.model.Version;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A tag that a file named and that somebody took out of it again, by a revert or by an older one
/// in its place. It is not written again, nor is any before it, until somebody puts it there, or
/// one that comes after it.
///
/// Where the order of two tags shows in their names, it alone says whether the file went back: whom
/// a commit is by, is only what it claims. Where it does not, a file goes back when another than
/// the service changes it.
///
/// @param by what took it away
public record TakenBack(NamedTag tag, By by) {

    /// Who changed a file.
    ///
    /// @param commit its id
    /// @param author as `name <address>`
    public record By(String commit, String author) {

        /// It is not known who, nor by what.
        public static final By UNKNOWN = new By("", "");
    }

    /// What a file named an image by at one time.
    ///
    /// @param tags one, unless it names it more than once
    /// @param by what made it so
    public record Naming(Set<NamedTag> tags, By by) {

        public Naming {
            tags = Set.copyOf(tags);
        }
    }

    /// Finds the tags of an image that were taken back and that nothing has made good for since.
    /// Those that could not be chosen anyway are no matter.
    ///
    /// @param namings newest first
    /// @param service whom the service's own commits are by, as `name <address>`
    /// @return newest first
    public static List<TakenBack> of(TrackedImage image, List<Naming> namings, String service) {
        return of(image, namings, service, Version::parse);
    }

    /// The same, of many files that name the same tags.
    ///
    /// @param versions as [Version#parse] reads them
    public static List<TakenBack> of(
            TrackedImage image,
            List<Naming> namings,
            String service,
            Function<String, Optional<Version>> versions) {
        var found = new ArrayList<TakenBack>();
        var order = new Order(image.strategy(), versions);
        // The newest first: it mostly comes after all others.
        var since = new LinkedHashSet<NamedTag>();
        var before = namings.isEmpty() ? Set.<NamedTag>of() : tags(image, namings.getFirst());
        for (int i = 0; i + 1 < namings.size(); i++) {
            var now = before;
            var by = namings.get(i).by();
            since.addAll(now);
            before = tags(image, namings.get(i + 1));
            for (var tag : before) {
                if (!since.contains(tag)
                        && !order.isAnyAfter(since, tag)
                        && (isByPerson(by, service)
                                || now.stream().anyMatch(it -> order.isAfter(tag, it)))
                        && isPossible(image, tag)) {
                    found.add(new TakenBack(tag, by));
                }
            }
        }
        return found;
    }

    private static boolean isByPerson(By by, String service) {
        return !by.equals(By.UNKNOWN) && !by.author().equals(service);
    }

    private static boolean isPossible(TrackedImage image, NamedTag tag) {
        return TagChoice.obstacle(image, tag.tag().orElseThrow()).isEmpty();
    }

    /// A digest counts only where it is followed.
    private static Set<NamedTag> tags(TrackedImage image, Naming naming) {
        boolean followed = image.strategy() instanceof UpdateStrategy.Digest;
        if (naming.tags().stream()
                .allMatch(it -> it.tag().isPresent() && (followed || it.digest().isEmpty()))) {
            return naming.tags();
        }
        return naming.tags().stream()
                .filter(it -> it.tag().isPresent())
                .map(
                        it ->
                                followed || it.digest().isEmpty()
                                        ? it
                                        : new NamedTag(it.tag(), Optional.empty()))
                .collect(Collectors.toSet());
    }

    /// What tags say of the order in which they come.
    private record Order(UpdateStrategy strategy, Function<String, Optional<Version>> versions) {

        boolean isAnyAfter(Iterable<NamedTag> tags, NamedTag other) {
            for (var tag : tags) {
                if (isAfter(tag, other)) {
                    return true;
                }
            }
            return false;
        }

        /// Whether the names say so.
        boolean isAfter(NamedTag tag, NamedTag other) {
            var name = tag.tag().orElseThrow();
            var otherName = other.tag().orElseThrow();
            return switch (strategy) {
                case UpdateStrategy.Semver _ ->
                        isHigher(versions.apply(name), versions.apply(otherName));
                case UpdateStrategy.Alphabetical _ -> name.compareTo(otherName) > 0;
                case UpdateStrategy.NewestBuild _,
                        UpdateStrategy.NewestPush _,
                        UpdateStrategy.Digest _ ->
                        false;
            };
        }

        private static boolean isHigher(Optional<Version> version, Optional<Version> other) {
            return version.isPresent()
                    && other.isPresent()
                    && version.get().compareTo(other.get()) > 0;
        }
    }
}
