package io.tiphys.webhook.git;

/// A ref that moved.
///
/// @param name in full
/// @param before all zeros if it is new, or nobody says what it was
/// @param after all zeros if it was deleted
record Ref(String name, String before, String after) {

    /// Fields that hold these, as messages name them.
    record Names(String name, String before, String after) {

        static final Names USUAL = new Names("ref", "before", "after");

        Names in(String place) {
            return new Names(place + "." + name, place + "." + before, place + "." + after);
        }
    }

    /// @throws io.tiphys.webhook.MalformedDeliveryException if it is none
    static Ref of(Names fields, String name, String before, String after) {
        return new Ref(
                Fields.fullRef(fields.name(), name),
                Fields.commit(fields.before(), before),
                Fields.commit(fields.after(), after));
    }

    boolean isUpdate() {
        return !isNone(before) && !isNone(after);
    }

    private static boolean isNone(String commit) {
        for (int i = 0; i < commit.length(); i++) {
            if (commit.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
