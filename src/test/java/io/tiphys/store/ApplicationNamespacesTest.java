package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationNamespacesTest {

    /// Where they may be beside `argocd`, a namespace, and whether they may be there.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | argocd  | true",
                "''                | team    | false",
                "''                | ''      | false",
                "team              | team    | true",
                "team              | argocd  | true",
                "team              | team-a  | false",
                "team, other       | other   | true",
                "team-*,other-*    | other-a | true",
                "team-*,other-*    | othera  | false",
                "*                 | any     | true",
                "/^team-[0-9]+$/   | team-12 | true",
                "/^team-[0-9]+$/   | team-x  | false",
                "'/am-a/'          | team-a  | true",
                "' , ,'            | team    | false",
            })
    void applications_may_be_where_it_is_said(String others, String namespace, boolean permitted) {
        assertThat(new ApplicationNamespaces("argocd", others).permit(namespace))
                .isEqualTo(permitted);
    }

    @Test
    void others_than_the_control_planes_are_looked_at_only_if_they_may_hold_some() {
        assertThat(new ApplicationNamespaces("argocd", "").path()).isEqualTo("/namespaces/argocd");
        assertThat(new ApplicationNamespaces("argocd", "team").path()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/(/", "team,[", "/^((?!kube).)*$/"})
    void what_is_neither_a_glob_nor_an_expression_ends_the_start(String others) {
        assertThatThrownBy(() -> new ApplicationNamespaces("argocd", others))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("application.namespaces: ");
    }
}
