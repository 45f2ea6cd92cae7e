package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GlobTest {

    @Test
    void hostile_globs_never_throw() {
        var random = new Random(5);
        var alphabet = "{},*?[]()\\^$|+.ab/-";
        for (int i = 0; i < 5_000; i++) {
            var glob = new StringBuilder();
            for (int length = random.nextInt(16); length > 0; length--) {
                glob.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThatCode(() -> Glob.matches(glob.toString(), "a/b.yaml"))
                    .as(glob.toString())
                    .doesNotThrowAnyException();
        }
    }
}
