package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GlobTest {

    @Test
    void hostile_globs_match_or_are_refused() {
        var random = new Random(5);
        var alphabet = "{},*?[]()\\^$|+.ab/-";
        for (int i = 0; i < 5_000; i++) {
            var glob = new StringBuilder();
            for (int length = random.nextInt(16); length > 0; length--) {
                glob.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                new Glob("include", glob.toString()).matches("a/b.yaml");
            } catch (InvalidSpecException refused) {
                assertThat(glob.toString()).contains("[");
            }
        }
    }
}
