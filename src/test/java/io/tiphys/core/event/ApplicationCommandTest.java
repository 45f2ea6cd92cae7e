package io.tiphys.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Push;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationCommandTest {

    private static final ApplicationId SHOP = new ApplicationId("argocd", "shop");

    @Test
    void two_demands_ask_for_the_pushes_of_both_once() {
        var one =
                new FetchDemand(
                        List.of(new Push("h/r", "e1", "c1"), new Push("h/r", "e2", "c2")), -1);
        var other =
                new FetchDemand(
                        List.of(new Push("h/r", "e2", "c2"), new Push("h/r", "e3", "c3")), -1);

        assertThat(one.and(other).pushes())
                .containsExactly(
                        new Push("h/r", "e1", "c1"),
                        new Push("h/r", "e2", "c2"),
                        new Push("h/r", "e3", "c3"));
    }

    @ParameterizedTest
    @CsvSource({"-1, -1, -1", "-1, 60, 60", "60, -1, 60", "60, 30, 30", "30, 60, 30"})
    void the_younger_view_is_asked_for(long one, long other, long both) {
        var demand = new FetchDemand(List.of(), one).and(new FetchDemand(List.of(), other));

        assertThat(demand.maxAgeSeconds()).isEqualTo(both);
    }

    @Test
    void the_newest_view_includes_every_push() {
        var push = FetchDemand.including("h/r", "e1", "c1");

        assertThat(push.and(FetchDemand.NEWEST)).isEqualTo(FetchDemand.NEWEST);
        assertThat(FetchDemand.NEWEST.and(push)).isEqualTo(FetchDemand.NEWEST);
    }

    @Test
    void any_view_adds_nothing() {
        var push = FetchDemand.including("h/r", "e1", "c1");

        assertThat(push.and(FetchDemand.ANY)).isEqualTo(push);
        assertThat(FetchDemand.ANY.and(push)).isEqualTo(push);
    }

    @Test
    void more_pushes_than_are_worth_naming_become_one_look_at_the_newest() {
        var demand = FetchDemand.ANY;
        for (int i = 0; i < 32; i++) {
            demand = demand.and(FetchDemand.including("h/r", "e" + i, "c" + i));
        }

        assertThat(demand.pushes()).hasSize(32);
        assertThat(demand.and(FetchDemand.including("h/r", "e32", "c32")))
                .isEqualTo(FetchDemand.NEWEST);
    }

    @Test
    void a_hard_refresh_stays_hard() {
        var hard = new Refresh(SHOP, true, FetchDemand.ANY, "");
        var normal = new Refresh(SHOP, false, FetchDemand.NEWEST, "");

        assertThat(hard.and(normal)).isEqualTo(new Refresh(SHOP, true, FetchDemand.NEWEST, ""));
        assertThat(normal.and(hard)).isEqualTo(new Refresh(SHOP, true, FetchDemand.NEWEST, ""));
        assertThat(normal.and(normal).hard()).isFalse();
    }

    @Test
    void the_newer_cause_is_kept_and_none_is_no_cause() {
        var push = new Refresh(SHOP, false, FetchDemand.ANY, "push-1");
        var later = new Refresh(SHOP, false, FetchDemand.ANY, "push-2");
        var sweep = new Refresh(SHOP, false, FetchDemand.ANY, "");

        assertThat(push.and(later).cause()).isEqualTo("push-2");
        assertThat(push.and(sweep).cause()).isEqualTo("push-1");
        assertThat(sweep.and(push).cause()).isEqualTo("push-1");
    }
}
