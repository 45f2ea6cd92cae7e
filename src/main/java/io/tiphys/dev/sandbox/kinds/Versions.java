package io.tiphys.dev.sandbox.kinds;

import java.util.Comparator;
import java.util.regex.Pattern;

/// The order of API versions: stable before beta before alpha, newer before older.
final class Versions {

    private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    static final Comparator<String> NEWEST_FIRST =
            Comparator.comparingLong(Versions::rank).reversed().thenComparing(version -> version);

    private Versions() {}

    private static long rank(String version) {
        var form = FORM.matcher(version);
        if (!form.matches()) {
            return -1;
        }
        var stage = form.group(2) == null ? 2 : form.group(2).equals("beta") ? 1 : 0;
        var step = form.group(3) == null ? 0 : Long.parseLong(form.group(3));
        return (stage * 10_000L + Long.parseLong(form.group(1))) * 10_000L + step;
    }
}
