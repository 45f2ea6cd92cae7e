package io.tiphys.core.model;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A tag read as a version, leniently: `v` in front is allowed, minor and patch may be missing.
///
/// Versions are ordered by precedence (build metadata does not count), and those of one precedence
/// by their spelling, so that `1.2` and `1.2.0` never replace each other in turns. Major, minor and
/// patch are unsigned.
public record Version(long major, long minor, long patch, String preRelease, String original)
        implements Comparable<Version> {

    // Nothing is given back that was matched once, so that long text takes no longer than it is.
    private static final String IDENTIFIERS = "[0-9A-Za-z-]++(?:\\.[0-9A-Za-z-]++)*+";

    /// What may follow the numbers, in versions as in constraints; the group is the pre-release.
    static final String SUFFIX = "(?:-(" + IDENTIFIERS + "))?(?:\\+" + IDENTIFIERS + ")?";

    private static final Pattern LOOSE =
            Pattern.compile("v?([0-9]++)(?:\\.([0-9]++))?(?:\\.([0-9]++))?" + SUFFIX);

    /// As `LOOSE`, but a number in a pre-release may not start with zero.
    private static final Pattern PADDED_NUMBER = Pattern.compile("(?:^|\\.)0[0-9]++(?:\\.|$)");

    private static final Comparator<Version> PRECEDENCE =
            Comparator.comparing(Version::major, Long::compareUnsigned)
                    .thenComparing(Version::minor, Long::compareUnsigned)
                    .thenComparing(Version::patch, Long::compareUnsigned)
                    .thenComparing(Version::preRelease, Version::comparePreReleases);

    /// Empty for what is no version: most registries hold tags such as `latest` as well.
    public static Optional<Version> parse(String text) {
        var matcher = LOOSE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return of(
                    number(matcher.group(1)),
                    number(matcher.group(2)),
                    number(matcher.group(3)),
                    matcher.group(4),
                    text);
        } catch (NumberFormatException beyond64Bits) {
            return Optional.empty();
        }
    }

    /// Empty if the pre-release is malformed.
    static Optional<Version> of(
            long major, long minor, long patch, @Nullable String preRelease, String original) {
        var identifiers = preRelease == null ? "" : preRelease;
        return PADDED_NUMBER.matcher(identifiers).find()
                ? Optional.empty()
                : Optional.of(new Version(major, minor, patch, identifiers, original));
    }

    public boolean isPreRelease() {
        return !preRelease.isEmpty();
    }

    /// The order without the spelling: `1.2`, `v1.2.0` and `1.2.0+linux` are one.
    public int comparePrecedence(Version other) {
        return PRECEDENCE.compare(this, other);
    }

    @Override
    public int compareTo(Version other) {
        var precedence = comparePrecedence(other);
        return precedence != 0 ? precedence : original.compareTo(other.original);
    }

    @Override
    public String toString() {
        return original;
    }

    /// A release comes after its pre-releases; otherwise identifier by identifier.
    static int comparePreReleases(String left, String right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Boolean.compare(left.isEmpty(), right.isEmpty());
        }
        var lefts = left.split("\\.", -1);
        var rights = right.split("\\.", -1);
        for (var i = 0; i < Math.min(lefts.length, rights.length); i++) {
            var order = compareIdentifiers(lefts[i], rights[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(lefts.length, rights.length);
    }

    private static int compareIdentifiers(String left, String right) {
        var leftIsNumber = isNumber(left);
        if (leftIsNumber != isNumber(right)) {
            return leftIsNumber ? -1 : 1;
        }
        // Without leading zeros the longer number is the larger, however long.
        return leftIsNumber && left.length() != right.length()
                ? Integer.compare(left.length(), right.length())
                : left.compareTo(right);
    }

    private static boolean isNumber(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseUnsignedLong(digits);
    }
}
