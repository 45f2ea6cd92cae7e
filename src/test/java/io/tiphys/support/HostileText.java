package io.tiphys.support;

import java.util.Random;

/// Short random texts from the characters that a grammar cares about, and now and then any other.
public final class HostileText {

    private HostileText() {}

    public static String from(String alphabet, int longest, Random random) {
        var text = new StringBuilder();
        var length = random.nextInt(longest + 1);
        for (var i = 0; i < length; i++) {
            text.append(
                    random.nextInt(40) == 0
                            ? (char) random.nextInt(Character.MAX_VALUE + 1)
                            : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
