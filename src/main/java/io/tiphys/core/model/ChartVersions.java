package io.tiphys.core.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/// Decides which of the versions that a repository has of a chart or artefact a source means.
public final class ChartVersions {

    /// How many of them a message names.
    private static final int SHOWN = 10;

    private ChartVersions() {}

    /// One that is spelled the same, else the newest that the text allows as a constraint; of
    /// spellings of one version always the same. What is no version is found by its spelling alone.
    ///
    /// @param wanted such as `1.2.3`, `~1.2`, `>=1 <3`, `*` or `latest`
    public static Optional<String> choose(String wanted, Collection<String> versions) {
        if (versions.contains(wanted)) {
            return Optional.of(wanted);
        }
        try {
            var constraint = SemverConstraint.parse(wanted);
            return versions.stream()
                    .flatMap(it -> Version.parse(it).stream())
                    .filter(constraint::allows)
                    .max(Comparator.naturalOrder())
                    .map(Version::original);
        } catch (InvalidConstraintException name) {
            return Optional.empty();
        }
    }

    /// Whether the text may stand for another version as new ones come.
    public static boolean mayMove(String wanted) {
        if (Version.parse(wanted).isPresent()) {
            return false;
        }
        try {
            SemverConstraint.parse(wanted);
            return true;
        } catch (InvalidConstraintException name) {
            return false;
        }
    }

    /// For messages: the newest, and how many more there are.
    public static String shown(Collection<String> versions) {
        if (versions.isEmpty()) {
            return "there are none";
        }
        var newest =
                versions.stream()
                        .sorted(NEWEST_FIRST)
                        .limit(SHOWN)
                        .collect(Collectors.joining(", "));
        int more = versions.size() - SHOWN;
        return "there are " + newest + (more > 0 ? " and %d more".formatted(more) : "");
    }

    /// What is no version comes last.
    private static final Comparator<String> NEWEST_FIRST =
            Comparator.comparing(
                            (String it) -> Version.parse(it),
                            Comparator.comparing(
                                    (Optional<Version> it) -> it.orElse(null),
                                    Comparator.nullsFirst(Comparator.naturalOrder())))
                    .reversed()
                    .thenComparing(Comparator.naturalOrder());
}
