package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {

    private static final Map<String, String> LABELS =
            Map.of("team", "web", "app.kubernetes.io/part-of", "shop", "size", "5", "empty", "");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "team=web",
                "team==web",
                " team = web , size ",
                "team!=api",
                "absent!=api",
                "team in (web, api)",
                "team notin (api)",
                "absent notin (api)",
                "app.kubernetes.io/part-of=shop",
                "team",
                "!absent",
                "! absent",
                "empty=",
                "empty in (,x)",
                "size>4",
                "size < 6",
                "team in (web),size in (5),!absent",
            })
    void these_labels_match(String selector) {
        assertThat(LabelSelector.parse(selector).matches(LABELS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "team=api",
                "team!=web",
                "absent=web",
                "absent in (web)",
                "team notin (web)",
                "absent",
                "!team",
                "team=",
                "size>5",
                "team>1",
                "absent<1",
                "team=web,size=6",
            })
    void these_labels_do_not_match(String selector) {
        assertThat(LabelSelector.parse(selector).matches(LABELS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "team=web,",
                "=web",
                "team in web",
                "team in (web",
                "team in (web) size",
                "team web",
                "team=web;size=5",
                "size>many",
                "!",
            })
    void a_selector_that_cannot_be_read_says_so(String selector) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + selector + "' cannot be read");
    }
}
