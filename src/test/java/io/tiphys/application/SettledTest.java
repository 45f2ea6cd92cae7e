package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.application.Settled.Grounds;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.policy.SyncIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettledTest {

    private static final ApplicationId SHOP = new ApplicationId("argocd", "shop");
    private static final List<String> APIS = List.of("v1", "v1/Pod");
    private static final ResourceKey MAP = new ResourceKey("", "ConfigMap", "default", "map");
    private static final Bounds BOUNDS = bounds(Project.DEFAULT);

    private final Settled settled = new Settled();

    @Test
    void what_settled_on_grounds_is_settled_as_long_as_they_are_the_same() {
        settle(grounds());

        assertThat(revisions(grounds())).contains(List.of("abc"));
    }

    @Test
    void whatever_changes_unsettles() {
        settle(grounds());

        var other = new ApplicationId("argocd", "other");
        var closed = bounds(Project.read("default", Map.of("destinations", List.of())));
        assertThat(
                        List.of(
                                new Grounds(other, "1", 0, BOUNDS, 7, APIS),
                                new Grounds(SHOP, "2", 0, BOUNDS, 7, APIS),
                                new Grounds(SHOP, "1", 1, BOUNDS, 7, APIS),
                                new Grounds(SHOP, "1", 0, closed, 7, APIS),
                                new Grounds(SHOP, "1", 0, BOUNDS, 8, APIS),
                                new Grounds(SHOP, "1", 0, BOUNDS, 7, List.of("v1"))))
                .allSatisfy(it -> assertThat(revisions(it)).isEmpty());
    }

    @Test
    void who_is_told_of_a_change_forgets() {
        settle(grounds());

        settled.forget(SHOP);

        assertThat(revisions(grounds())).isEmpty();
    }

    @Test
    void what_is_told_of_while_a_comparison_is_made_counts_after_it() {
        var before = grounds();

        settled.forget(SHOP);
        settle(before);

        assertThat(revisions(grounds())).isEmpty();
    }

    @Test
    void of_an_application_that_is_gone_nothing_is_kept() {
        settled.forget(SHOP);
        settle(grounds());

        settled.remove(SHOP);

        assertThat(settled.told(SHOP)).isZero();
        assertThat(revisions(grounds())).isEmpty();
    }

    @Test
    void what_was_absent_unsettles_when_it_comes() {
        settled.settle(grounds(), List.of("abc"), List.of(MAP));

        assertThat(settled.revisions(grounds(), _ -> false)).contains(List.of("abc"));
        assertThat(settled.revisions(grounds(), MAP::equals)).isEmpty();
    }

    private void settle(Grounds grounds) {
        settled.settle(grounds, List.of("abc"), List.of());
    }

    private Optional<List<String>> revisions(Grounds grounds) {
        return settled.revisions(grounds, _ -> true);
    }

    private Grounds grounds() {
        return new Grounds(SHOP, "1", settled.told(SHOP), BOUNDS, 7, APIS);
    }

    private static Bounds bounds(Project project) {
        return new Bounds(project, DestinationCluster.IN_CLUSTER, new SyncIdentity.Own());
    }
}
