package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationIdTest {

    @Test
    void what_is_written_can_be_read() {
        var id = new ApplicationId("argocd", "guestbook");

        assertThat(id).hasToString("argocd/guestbook");
        assertThat(ApplicationId.parse("argocd/guestbook")).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "guestbook", "/guestbook", "argocd/", "a/b/c", "a//b"})
    void anything_else_is_refused_with_the_text_in_question(String text) {
        assertThatThrownBy(() -> ApplicationId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void ids_are_ordered_by_namespace_then_name() {
        assertThat(new ApplicationId("a", "z")).isLessThan(new ApplicationId("b", "a"));
        assertThat(new ApplicationId("a", "a")).isLessThan(new ApplicationId("a", "b"));
    }
}
