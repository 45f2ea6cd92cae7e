package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.support.HostileText;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class SemverConstraintTest {

    @ParameterizedTest(name = "{0} allows {1}: {2}")
    @CsvFileSource(
            resources = "/golden/model/constraints.csv",
            delimiter = ';',
            quoteCharacter = '"')
    void a_constraint_follows_the_table(
            String constraint, @Nullable String version, String answer) {
        if (answer.equals("invalid")) {
            assertThatThrownBy(() -> SemverConstraint.parse(constraint))
                    .isInstanceOf(InvalidConstraintException.class)
                    .hasMessageContaining("is not a version constraint: ");
            return;
        }
        var parsed = Optional.ofNullable(version).flatMap(Version::parse).orElseThrow();
        assertThat(SemverConstraint.parse(constraint).allows(parsed))
                .isEqualTo(
                        switch (answer) {
                            case "yes" -> true;
                            case "no" -> false;
                            default -> throw new IllegalArgumentException(answer);
                        });
    }

    @Test
    void a_message_names_what_is_wrong() {
        assertThatThrownBy(() -> SemverConstraint.parse(">=1.2 <two"))
                .hasMessage(
                        "'>=1.2 <two' is not a version constraint: '<two' does not start with a"
                                + " version");
        assertThatThrownBy(() -> SemverConstraint.parse("1 ||"))
                .hasMessage("'1 ||' is not a version constraint: a version is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", " 1", "1 || 2"})
    void constraints_of_one_text_are_equal(String text) {
        assertThat(SemverConstraint.parse(text))
                .isEqualTo(SemverConstraint.parse(text))
                .hasSameHashCodeAs(SemverConstraint.parse(text))
                .hasToString(text.strip());
    }

    @Test
    void hostile_text_is_parsed_or_refused_and_nothing_else() {
        var random = new Random(42);
        var parsed = 0;
        for (var i = 0; i < 20_000; i++) {
            var text = HostileText.from("0129xX*.-+vV<>=!~^|, \t\u00e9a", 12, random);
            try {
                SemverConstraint.parse(text).allows(new Version(1, 2, 3, "", "1.2.3"));
                parsed++;
            } catch (InvalidConstraintException refused) {
                assertThat(refused).hasMessageContaining("version");
            }
        }
        assertThat(parsed).isPositive();
    }

    @Test
    void an_endless_constraint_is_refused() {
        assertThatThrownBy(() -> SemverConstraint.parse("1 ||".repeat(1_000)))
                .isInstanceOf(InvalidConstraintException.class)
                .hasMessageContaining("at most 1000");
    }
}
