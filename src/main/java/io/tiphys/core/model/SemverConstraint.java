package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which versions an image or a source may move to, such as `~1.26`, `1.x` or `>=1.2 <2 || 3.x`.
/// The rules are the loose ones that users of Argo CD know, and not those of semver.org.
///
/// `||` separates alternatives; within one, a space or a comma means "and", and `a - b` means
/// `>=a, <=b`. A pre-release is allowed only where some term of the same alternative names one;
/// `*-0` allows all.
public final class SemverConstraint {

    /// Every release.
    public static final SemverConstraint ANY = parse("*");

    private static final int LONGEST = 1_000;

    private final String text;
    private final List<Alternative> alternatives;

    private SemverConstraint(String text, List<Alternative> alternatives) {
        this.text = text;
        this.alternatives = alternatives;
    }

    public static SemverConstraint parse(String text) {
        if (text.length() > LONGEST) {
            throw new InvalidConstraintException(
                    "A version constraint may have at most " + LONGEST + " characters");
        }
        var alternatives = new ArrayList<Alternative>();
        for (var alternative : text.split("\\|\\|", -1)) {
            alternatives.add(new Alternative(new Terms(alternative.strip(), text).parse()));
        }
        return new SemverConstraint(text.strip(), List.copyOf(alternatives));
    }

    public boolean allows(Version version) {
        return alternatives.stream().anyMatch(alternative -> alternative.allows(version));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SemverConstraint that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private record Alternative(List<SemverTerm> terms, boolean namesPreRelease) {

        Alternative(List<SemverTerm> terms) {
            this(terms, terms.stream().anyMatch(term -> term.base().isPreRelease()));
        }

        boolean allows(Version version) {
            return (namesPreRelease || !version.isPreRelease())
                    && terms.stream().allMatch(term -> term.allows(version));
        }
    }

    /// Reads the terms of one alternative from left to right.
    private static final class Terms {

        private static final String SPACE = "[ \\t\\r\\n\\f]";
        private static final String PART = "([0-9]++|[xX*])";
        private static final Pattern TERM =
                Pattern.compile(
                        "(!=|>=|=>|<=|=<|~>|[=<>~^])?"
                                + (SPACE + "*+")
                                + ("v?" + PART + "(?:\\." + PART + ")?(?:\\." + PART + ")?")
                                + Version.SUFFIX);
        private static final Pattern HYPHEN = Pattern.compile(SPACE + "++-" + SPACE + "++");
        private static final Pattern AND = Pattern.compile("%1$s*+,%1$s*+|%1$s++".formatted(SPACE));

        private final String constraint;
        private final List<SemverTerm> terms = new ArrayList<>();
        private String rest;

        Terms(String alternative, String constraint) {
            this.rest = alternative;
            this.constraint = constraint;
        }

        List<SemverTerm> parse() {
            if (rest.isEmpty()) {
                throw invalid("a version is missing");
            }
            readTermOrRange();
            while (!rest.isEmpty()) {
                if (take(AND) == null) {
                    throw invalid("expected a space, a comma or || before '" + rest + "'");
                }
                readTermOrRange();
            }
            return List.copyOf(terms);
        }

        private void readTermOrRange() {
            var first = takeTerm();
            if (take(HYPHEN) == null) {
                terms.add(term(operator(first), first));
                return;
            }
            var last = takeTerm();
            if (first.group(1) != null || last.group(1) != null) {
                throw invalid("a range with a hyphen takes no operators");
            }
            terms.add(term(SemverTerm.Operator.AT_LEAST, first));
            terms.add(term(SemverTerm.Operator.AT_MOST, last));
        }

        private Matcher takeTerm() {
            var term = take(TERM);
            if (term == null) {
                throw invalid("'" + rest + "' does not start with a version");
            }
            return term;
        }

        private @Nullable Matcher take(Pattern pattern) {
            var matcher = pattern.matcher(rest);
            if (!matcher.lookingAt()) {
                return null;
            }
            rest = rest.substring(matcher.end());
            return matcher;
        }

        private SemverTerm term(SemverTerm.Operator operator, Matcher term) {
            var precision = precision(term);
            try {
                return Version.of(
                                precision == SemverTerm.Precision.NONE
                                        ? 0
                                        : Version.number(term.group(2)),
                                precision.compareTo(SemverTerm.Precision.MINOR) < 0
                                        ? 0
                                        : Version.number(term.group(3)),
                                precision == SemverTerm.Precision.PATCH
                                        ? Version.number(term.group(4))
                                        : 0,
                                term.group(5),
                                term.group())
                        .map(base -> new SemverTerm(operator, base, precision))
                        .orElseThrow(() -> invalid("a number in a pre-release starts with zero"));
            } catch (NumberFormatException beyond64Bits) {
                throw invalid("a number is too large");
            }
        }

        private static SemverTerm.Precision precision(Matcher term) {
            if (isOpen(term.group(2))) {
                return SemverTerm.Precision.NONE;
            }
            if (isOpen(term.group(3))) {
                return SemverTerm.Precision.MAJOR;
            }
            return isOpen(term.group(4)) ? SemverTerm.Precision.MINOR : SemverTerm.Precision.PATCH;
        }

        private static boolean isOpen(@Nullable String part) {
            return part == null || part.equals("*") || part.equalsIgnoreCase("x");
        }

        private static SemverTerm.Operator operator(Matcher term) {
            return switch (term.group(1)) {
                case null -> SemverTerm.Operator.EQUAL;
                case "=" -> SemverTerm.Operator.EQUAL;
                case "!=" -> SemverTerm.Operator.NOT_EQUAL;
                case ">" -> SemverTerm.Operator.ABOVE;
                case "<" -> SemverTerm.Operator.BELOW;
                case ">=", "=>" -> SemverTerm.Operator.AT_LEAST;
                case "<=", "=<" -> SemverTerm.Operator.AT_MOST;
                case "~", "~>" -> SemverTerm.Operator.TILDE;
                case "^" -> SemverTerm.Operator.CARET;
                case String other ->
                        throw new IllegalStateException("The grammar has no operator " + other);
            };
        }

        private InvalidConstraintException invalid(String reason) {
            return new InvalidConstraintException(
                    "'%s' is not a version constraint: %s".formatted(constraint, reason));
        }
    }
}
