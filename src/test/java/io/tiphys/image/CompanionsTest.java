package io.tiphys.image;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.CommitWindow.Company;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.image.Companions.Push;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompanionsTest {

    private final Companions companions = new Companions();

    @Test
    void one_that_a_push_asks_for_alone_is_complete() {
        assertThat(company(asking("a", "push", 1))).isEqualTo(Company.COMPLETE);
    }

    @Test
    void a_push_is_complete_when_all_that_it_asks_for_came_or_ended() {
        var a = asking("a", "push", 3);
        var b = asking("b", "push", 3);
        var ended = asking("c", "push", 3);

        companions.came(a);
        assertThat(company(a)).isEqualTo(Company.MISSED);
        companions.came(a);
        companions.came(b);
        assertThat(company(a, b)).isEqualTo(Company.MISSED);
        companions.came(ended);
        assertThat(company(a, b)).isEqualTo(Company.COMPLETE);
    }

    @Test
    void another_push_to_another_branch_makes_nothing_complete() {
        var a = asking("a", "push", 2);
        var other = asking("b", "other", 2);

        companions.came(a);
        companions.came(other);

        assertThat(company(a)).isEqualTo(Company.MISSED);
    }

    @Test
    void of_several_pushes_others_may_follow() {
        assertThat(company(asking("a", "push", 1), asking("b", "other", 1)))
                .isEqualTo(Company.SEVERAL);
    }

    @Test
    void of_a_push_that_does_not_say_for_how_many_it_asks_others_may_follow() {
        assertThat(company(asking("a", "push", 0))).isEqualTo(Company.COMPLETE);
        assertThat(company(asking("a", "push", 0), asking("b", "push", 0)))
                .isEqualTo(Company.SEVERAL);
    }

    private Company company(WriteBack... come) {
        return companions.company(Stream.of(come).map(Push::of).collect(toSet()), come.length);
    }

    private static WriteBack asking(String application, String cause, int together) {
        return PushedImages.asking(new ApplicationId("argocd", application), cause, together);
    }
}
