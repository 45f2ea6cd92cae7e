package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FinalizersTest {

    private static final String BEFORE = "pre-delete-finalizer.argocd.argoproj.io";
    private static final String AFTER = "post-delete-finalizer.argocd.argoproj.io";

    @Test
    void finalizers_come_and_go_with_the_hooks_that_need_them() {
        var none = new Finalizers(List.of("x.org/other", Finalizers.RESOURCES));

        var before = none.runningHooks(Set.of(SyncPhase.PRE_DELETE));
        var after = before.runningHooks(Set.of(SyncPhase.POST_DELETE));

        assertThat(before.all())
                .containsExactly("x.org/other", Finalizers.RESOURCES, BEFORE, BEFORE + "/cleanup");
        assertThat(after.all())
                .containsExactly("x.org/other", Finalizers.RESOURCES, AFTER, AFTER + "/cleanup");
        assertThat(after.runningHooks(Set.of(SyncPhase.POST_DELETE))).isEqualTo(after);
        assertThat(after.runningHooks(Set.of())).isEqualTo(none);
    }

    @Test
    void half_of_a_pair_is_completed() {
        assertThat(
                        new Finalizers(List.of(BEFORE + "/cleanup"))
                                .runningHooks(Set.of(SyncPhase.PRE_DELETE))
                                .all())
                .containsExactlyInAnyOrder(BEFORE, BEFORE + "/cleanup");
    }

    @Test
    void those_of_others_are_nobodys_here() {
        assertThat(
                        new Finalizers(
                                        List.of(
                                                BEFORE,
                                                "x.org/other",
                                                AFTER + "/cleanup",
                                                Finalizers.BACKGROUND,
                                                "resources-finalizer.example.org"))
                                .ofOthers()
                                .all())
                .containsExactly("x.org/other", "resources-finalizer.example.org");
    }
}
