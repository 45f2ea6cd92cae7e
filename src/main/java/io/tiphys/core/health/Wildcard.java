package io.tiphys.core.health;

/// A pattern for `group/Kind` as Argo CD's users write it: `*` stands for any text, slashes
/// included, and `?` for one character.
record Wildcard(String text) {

    /// In time that grows with both lengths, whatever the pattern.
    boolean fits(String name) {
        int at = 0;
        int next = 0;
        int star = -1;
        int afterStar = 0;
        while (next < name.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                afterStar = next;
            } else if (at < text.length()
                    && (text.charAt(at) == '?' || text.charAt(at) == name.charAt(next))) {
                at++;
                next++;
            } else if (star >= 0) {
                // The star takes one character more.
                at = star + 1;
                next = ++afterStar;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }
}
