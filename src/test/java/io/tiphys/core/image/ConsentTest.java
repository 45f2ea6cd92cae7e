package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.TakenBack.By;
import io.tiphys.core.image.Withheld.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsentTest {

    private static final ImageList IMAGES =
            ImageList.parse(
                    Map.of(
                            ImageList.IMAGE_LIST,
                            "web=registry.local/web, a/b=registry.local/ab, registry.local/other"));

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    /// Annotations without their prefix.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| ",
                "image-updates=automatic | ",
                "image-updates=paused | PAUSED",
                "image-updates=dry-run | DRY_RUN",
                "image-updates=approval | AWAITS_APPROVAL",
                "image-updates= approval  | AWAITS_APPROVAL",
                // A mistake lets nothing through
                "image-updates=pasued | PAUSED",
                "image-updates=Paused | PAUSED",
                "web.image-updates=off | PAUSED",
                // Of two the one with more restraint
                "web.image-updates=paused | PAUSED",
                "other.image-updates=paused | ",
                "web.image-updates=automatic;image-updates=paused | PAUSED",
                "web.image-updates=paused;image-updates=automatic | PAUSED",
                "web.image-updates=dry-run;image-updates=approval | DRY_RUN",
                // What is approved
                "image-updates=approval;image-approved=web=2.0 | ",
                "image-updates=approval;image-approved=x=1, web = 2.0 ,y=3 | ",
                "image-updates=approval;image-approved=web=2.1 | AWAITS_APPROVAL",
                "image-updates=approval;image-approved=other=2.0 | AWAITS_APPROVAL",
                "image-updates=approval;image-approved=web=2.0@@ | ",
                "image-updates=approval;image-approved=web=2.0@sha256:b | AWAITS_APPROVAL",
                "image-updates=dry-run;image-approved=web=2.0 | DRY_RUN",
                "image-updates=paused;image-approved=web=2.0 | PAUSED",
            })
    void what_people_say_decides_what_becomes_of_a_tag(
            @Nullable String said, @Nullable String reason) {
        var objection = objection(said, Optional.empty());

        assertThat(objection.map(it -> it.reason().name()).orElse(null)).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| TAKEN_BACK",
                "image-updates=paused | PAUSED",
                "image-updates=dry-run | TAKEN_BACK",
                "image-updates=approval | TAKEN_BACK",
                "image-approved=web=1.9 | TAKEN_BACK",
                "image-approved=web=2.0 | ",
                "image-updates=approval;image-approved=web=2.0 | ",
                "image-updates=dry-run;image-approved=web=2.0 | DRY_RUN",
            })
    void a_tag_that_was_taken_back_is_written_if_it_is_approved(
            @Nullable String said, @Nullable String reason) {
        var takenBack =
                new TakenBack(NamedTag.parse("2.0"), new By("0123456789abcdef", "Ada <ada@h>"));

        var objection = objection(said, Optional.of(takenBack));

        assertThat(objection.map(it -> it.reason().name()).orElse(null)).isEqualTo(reason);
    }

    @Test
    void who_wrote_it_is_told_what_cannot_be_followed() {
        var said = new HashMap<String, String>();
        said.put("tiphys.io/image-updates", "off");
        said.put("tiphys.io/a_b.image-updates", "paused");
        said.put("tiphys.io/wbe.image-updates", "paused");
        said.put("tiphys.io/image-approved", "web, web=, wbe=1.0, registry.local/other=2, a/b=3");
        said.put("tiphys.io/depends-on", "db");

        assertThat(Consent.problems(said, IMAGES.images()))
                .containsExactly(
                        "tiphys.io/image-approved: 'web' is no alias=tag",
                        "tiphys.io/image-approved: 'web=' is no alias=tag",
                        "tiphys.io/image-approved: there is no image 'wbe'",
                        "tiphys.io/image-updates must be automatic, approval, dry-run or paused; it"
                                + " is 'off', and nothing is written",
                        "tiphys.io/wbe.image-updates: there is no image of that alias");
    }

    @Test
    void an_alias_with_a_slash_has_its_key_without_one() {
        var image = IMAGES.images().get(1);

        assertThat(Consent.of(Map.of("tiphys.io/a_b.image-updates", "paused"), image).mode())
                .isEqualTo(Consent.Mode.PAUSED);
    }

    @Test
    void what_is_done_is_taken_off_and_nothing_else() {
        var said = Map.of("tiphys.io/image-approved", " a=1,  web=2.0,webb=3 , web=2.1, odd");

        assertThat(Consent.without(said, "web")).isEqualTo("a=1,webb=3,odd");
        assertThat(Consent.without(Map.of("tiphys.io/image-approved", "web=1"), "web")).isEmpty();
    }

    @Test
    void what_is_withheld_is_read_as_it_is_written() {
        var all = new ArrayList<Withheld>();
        for (var reason : Reason.values()) {
            var image = "image-" + reason.ordinal();
            all.add(
                    new Withheld(
                            image,
                            "1.0@" + DIGEST,
                            reason,
                            reason == Reason.DRY_RUN ? "" : "0a1b2c3"));
        }
        var annotations = new HashMap<String, String>();

        for (var one : all) {
            annotations.put(
                    "tiphys.io/image-withheld",
                    Withheld.with(annotations, one.image(), Optional.of(one)));
        }

        assertThat(Withheld.of(annotations)).containsExactlyElementsOf(all);
        assertThat(Withheld.with(annotations, "image-0", Optional.empty()))
                .doesNotContain("image-0")
                .contains("image-1", "image-2", "image-3");
        for (var hostile :
                List.of("", ",", "a", "a=1", "=", "a=1 odd", "a=1  taken-back x y", " ")) {
            assertThat(Withheld.of(Map.of("tiphys.io/image-withheld", hostile))).isNotNull();
        }
    }

    @Test
    void a_message_says_what_can_be_done() {
        assertThat(new Withheld("web", "2.0", Reason.TAKEN_BACK, "0123456789").message())
                .isEqualTo(
                        "web: 2.0 is not written again: it was taken back by 0123456. It waits for"
                            + " a newer tag, or for the annotation tiphys.io/image-approved to say"
                            + " web=2.0");
        assertThat(new Withheld("web", "2.0", Reason.AWAITS_APPROVAL, "").message())
                .isEqualTo(
                        "web: 2.0 waits for the annotation tiphys.io/image-approved to say"
                                + " web=2.0");
        assertThat(new Withheld("web", "2.0", Reason.DRY_RUN, "").message())
                .isEqualTo("web: 2.0: it would be written, and this is a dry run");
    }

    private static Optional<Withheld> objection(
            @Nullable String said, Optional<TakenBack> takenBack) {
        var annotations = new HashMap<String, String>();
        Arrays.stream((said == null ? "" : said).split(";"))
                .filter(it -> !it.isEmpty())
                .map(it -> it.replace("@@", "@" + DIGEST).split("=", 2))
                .forEach(it -> annotations.put("tiphys.io/" + it[0], it[1]));
        var image = IMAGES.images().getFirst();
        return Consent.of(annotations, image)
                .objection(image, new Retag("2.0", Optional.of(DIGEST)), takenBack);
    }
}
