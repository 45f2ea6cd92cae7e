package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.UpdateDecision.Keep;
import io.tiphys.core.image.UpdateDecision.Reason;
import io.tiphys.core.image.UpdateDecision.Update;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateDecisionTest {

    private static final TrackedImage IMAGE =
            ImageList.parse(
                            Map.of(
                                    ImageList.IMAGE_LIST,
                                    "app=nginx:1.x",
                                    ImageList.PREFIX + "app.allow-tags",
                                    "regexp:^v?[0-9]",
                                    ImageList.PREFIX + "app.ignore-tags",
                                    "*+*,1.9*"))
                    .images()
                    .getFirst();

    @ParameterizedTest
    @CsvSource({
        "1.2.3, 1.2.4",
        "1.2.3, v1.3",
        "v1.2.3, 1.2.4",
        "1.2, 1.2.0",
        "0.9, 1.0",
        "1.2.3-rc.1, 1.2.3",
        "latest, 1.0",
        "main-0a1b2c, 1.0",
        ", 1.0"
    })
    void a_newer_version_is_taken(@Nullable String current, String pushed) {
        assertThat(UpdateDecision.decide(IMAGE, Optional.ofNullable(current), pushed))
                .isEqualTo(new Update(pushed));
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3, 1.2.3, SAME_TAG",
        "latest, latest, SAME_TAG",
        "1.2.3, 1.2.2, NOT_NEWER",
        "2.0.0, 1.9, TAG_IGNORED",
        "2.0.0, 1.8, NOT_NEWER",
        "1.2.0, 1.2, NOT_NEWER",
        "v1.2.0, 1.2.0, NOT_NEWER",
        "1.2.3, 2.0.0, OUTSIDE_CONSTRAINT",
        "latest, 2.0.0, OUTSIDE_CONSTRAINT",
        "1.2.3, 1.2.4-rc.1, OUTSIDE_CONSTRAINT",
        "1.2.3, 1.9.1, TAG_IGNORED",
        "1.2.3, latest, TAG_NOT_ALLOWED",
        "1.2.3, 1.2.x, NOT_A_VERSION",
        "1.2.3, 1.2.3.4, NOT_A_VERSION",
    })
    void another_tag_is_kept_out_for_a_reason(String current, String pushed, Reason reason) {
        assertThat(UpdateDecision.decide(IMAGE, Optional.of(current), pushed))
                .isEqualTo(new Keep(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1.3", "1.3\n", "1.3+x", "1.3: # x", "1.3@sha256:0a", "v/1.3"})
    void what_cannot_be_a_tag_never_reaches_a_manifest(String pushed) {
        assertThat(UpdateDecision.decide(IMAGE, Optional.empty(), pushed))
                .isEqualTo(new Keep(Reason.MALFORMED_TAG));
    }

    @Test
    void two_spellings_of_one_version_do_not_take_turns() {
        var forth = UpdateDecision.decide(IMAGE, Optional.of("1.2"), "1.2.0");
        var back = UpdateDecision.decide(IMAGE, Optional.of("1.2.0"), "1.2");

        assertThat(forth).isEqualTo(new Update("1.2.0"));
        assertThat(back).isEqualTo(new Keep(Reason.NOT_NEWER));
    }

    @Test
    void each_reason_has_words() {
        assertThat(Reason.values())
                .extracting(Reason::text)
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }
}
