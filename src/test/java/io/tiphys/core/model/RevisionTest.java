package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class RevisionTest {

    @ParameterizedTest(name = "{0} behind ''{1}'' of {2}: {3}")
    @CsvFileSource(resources = "/golden/model/revisions.csv", delimiter = ';', quoteCharacter = '"')
    void a_revision_follows_the_table(
            String targetRevision,
            @Nullable String prefix,
            @Nullable String tags,
            String expected) {
        var revision = Revision.of(targetRevision, Objects.requireNonNullElse(prefix, ""));
        var refs =
                Stream.of(Objects.requireNonNullElse(tags, "").split(" "))
                        .map(tag -> "refs/tags/" + tag)
                        .toList();

        var tag = revision.newest(refs);

        if (expected.startsWith("=")) {
            assertThat(tag).isEmpty();
            assertThat(revision.name()).isEqualTo(expected.substring(1));
        } else {
            assertThat(tag).contains("refs/tags/" + expected);
            assertThat(revision.admits("refs/tags/" + expected)).isTrue();
            assertThat(revision.admits("refs/heads/" + expected)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0123456789abcdef0123456789abcdef01234567, true, false",
        "0123456789ABCDEF0123456789ABCDEF01234567, true, false",
        "0123456789abcdef0123456789abcdef0123456, false, true",
        "abcdef0, false, true",
        "ABCDEF0, false, true",
        "abcdef, false, false",
        "abcdefg, false, false",
        "0123456789abcdef0123456789abcdef012345678, false, false",
        "main, false, false",
    })
    void what_may_be_a_commit_is_known_by_its_looks(
            String name, boolean isCommit, boolean mayBeShort) {
        var revision = Revision.of(name, "");

        assertThat(revision.isCommit()).isEqualTo(isCommit);
        assertThat(revision.mayBeShortCommit()).isEqualTo(mayBeShort);
    }

    @Test
    void revisions_of_one_spelling_are_equal() {
        assertThat(Revision.of("1.x", "api-"))
                .isEqualTo(Revision.of("1.x", "api-"))
                .hasSameHashCodeAs(Revision.of("1.x", "api-"))
                .isNotEqualTo(Revision.of("1.x", "web-"))
                .isNotEqualTo(Revision.of("1.*", "api-"));
        assertThat(Revision.of("main", "api-")).isEqualTo(Revision.named("main"));
    }
}
