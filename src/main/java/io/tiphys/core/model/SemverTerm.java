package io.tiphys.core.model;

/// One comparison within a constraint, such as `>=1.2`: parts that are missing or written `x` or
/// `*` are zero in `base`, and `precision` remembers which were given.
record SemverTerm(Operator operator, Version base, Precision precision) {

    enum Operator {
        EQUAL,
        NOT_EQUAL,
        ABOVE,
        BELOW,
        AT_LEAST,
        AT_MOST,
        TILDE,
        CARET
    }

    /// The last part that was given as a number.
    enum Precision {
        NONE,
        MAJOR,
        MINOR,
        PATCH
    }

    /// Does not ask whether pre-releases are welcome: that is settled among all terms together.
    boolean allows(Version version) {
        var order = version.comparePrecedence(base);
        return switch (operator) {
            case EQUAL -> precision == Precision.PATCH ? order == 0 : tilde(version, order);
            case NOT_EQUAL -> differs(version, order);
            case ABOVE -> above(version, order);
            case BELOW -> order < 0;
            case AT_LEAST -> order >= 0;
            case AT_MOST -> atMost(version, order);
            case TILDE -> tilde(version, order);
            case CARET -> caret(version, order);
        };
    }

    private boolean differs(Version version, int order) {
        return switch (precision) {
            case NONE, PATCH -> order != 0;
            case MAJOR -> version.major() != base.major();
            case MINOR ->
                    !sameMinor(version)
                            || Version.comparePreReleases(version.preRelease(), base.preRelease())
                                    != 0;
        };
    }

    private boolean above(Version version, int order) {
        return switch (precision) {
            case NONE, PATCH -> order > 0;
            case MAJOR -> order > 0 && version.major() != base.major();
            case MINOR -> order > 0 && !sameMinor(version);
        };
    }

    private boolean atMost(Version version, int order) {
        return switch (precision) {
            case PATCH -> order <= 0;
            case MAJOR -> order <= 0 || version.major() == base.major();
            case NONE, MINOR -> order <= 0 || sameMinor(version);
        };
    }

    private boolean tilde(Version version, int order) {
        if (order < 0) {
            return false;
        }
        return switch (precision) {
            case NONE -> true;
            case MAJOR -> version.major() == base.major();
            case MINOR -> sameMinor(version);
            case PATCH -> isZero() || sameMinor(version);
        };
    }

    private boolean caret(Version version, int order) {
        if (order < 0) {
            return false;
        }
        if (precision == Precision.NONE) {
            return true;
        }
        if (base.major() != 0 || precision == Precision.MAJOR) {
            return version.major() == base.major();
        }
        if (base.minor() != 0 || precision == Precision.MINOR) {
            return sameMinor(version);
        }
        return sameMinor(version) && version.patch() == base.patch();
    }

    private boolean sameMinor(Version version) {
        return version.major() == base.major() && version.minor() == base.minor();
    }

    private boolean isZero() {
        return base.major() == 0 && base.minor() == 0 && base.patch() == 0;
    }
}
