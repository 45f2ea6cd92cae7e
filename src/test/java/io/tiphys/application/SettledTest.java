package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.application.Settled.Grounds;
import io.tiphys.core.model.ApplicationId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettledTest {

    private static final ApplicationId SHOP = new ApplicationId("argocd", "shop");
    private static final List<String> APIS = List.of("v1", "v1/Pod");

    private final Settled settled = new Settled();

    @Test
    void what_settled_on_grounds_is_settled_as_long_as_they_are_the_same() {
        settled.settle(new Grounds(SHOP, "1", 7, APIS), List.of("abc"));

        assertThat(settled.revisions(new Grounds(SHOP, "1", 7, APIS))).contains(List.of("abc"));
    }

    @Test
    void whatever_changes_unsettles() {
        settled.settle(new Grounds(SHOP, "1", 7, APIS), List.of("abc"));

        assertThat(settled.revisions(new Grounds(SHOP, "2", 7, APIS))).isEmpty();
        assertThat(settled.revisions(new Grounds(SHOP, "1", 8, APIS))).isEmpty();
        assertThat(settled.revisions(new Grounds(SHOP, "1", 7, List.of("v1")))).isEmpty();
        var other = new ApplicationId("argocd", "other");
        assertThat(settled.revisions(new Grounds(other, "1", 7, APIS))).isEmpty();
    }

    @Test
    void who_is_told_of_a_change_forgets() {
        settled.settle(new Grounds(SHOP, "1", 7, APIS), List.of("abc"));

        settled.forget(SHOP);

        assertThat(settled.revisions(new Grounds(SHOP, "1", 7, APIS))).isEmpty();
    }
}
