package io.tiphys.core.event;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Gathers what is wrong with an event that anybody may have written: which field, and what it
/// should be. What stands there is left out, for it may be anything and without end.
public final class Faults {

    /// The longest name of a repository, ref or the like that is taken.
    public static final int MAX_NAME = 1_000;

    /// An id may be made of a delivery's, a ref and a repository.
    static final int MAX_ID = 2_500;

    static final int MAX_PROVIDER = 200;

    private static final String AN_ID = "1 to " + MAX_ID + " characters";
    private static final String A_PROVIDER = "at most " + MAX_PROVIDER + " characters";

    private final List<String> found = new ArrayList<>();

    /// What was found, a sentence a field; empty if nothing.
    public List<String> found() {
        return List.copyOf(found);
    }

    /// The fields that every event has.
    public void checkOrigin(String id, String provider) {
        check("id", isText(id, MAX_ID) && !id.isEmpty(), AN_ID);
        check("provider", isText(provider, MAX_PROVIDER), A_PROVIDER);
    }

    public void check(String field, String text, Pattern form, String expected) {
        check(field, form.matcher(text).matches(), expected);
    }

    /// For a field that may be empty.
    public void checkOptional(String field, String text, Predicate<String> fits, String expected) {
        if (!text.isEmpty() && !fits.test(text)) {
            check(field, false, expected + ", or empty");
        }
    }

    public void check(String field, boolean fits, String expected) {
        if (!fits) {
            found.add("The field '%s' should be %s".formatted(field, expected));
        }
    }

    /// Whether it is text that can be shown and written again, and no longer than that.
    public static boolean isText(String text, int longest) {
        if (text.length() > longest) {
            return false;
        }
        int point;
        for (int i = 0; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            if (Character.isISOControl(point) || isHalf(point)) {
                return false;
            }
        }
        return true;
    }

    /// Half of a surrogate pair has no form in UTF-8.
    static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
