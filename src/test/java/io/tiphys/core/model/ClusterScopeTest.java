package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterScopeTest {

    private static final ResourceKey SHOP = new ResourceKey("", "ConfigMap", "shop", "a");
    private static final ResourceKey WEB = new ResourceKey("", "ConfigMap", "web", "a");
    private static final ResourceKey NODE = new ResourceKey("", "Node", "", "n");

    @Test
    void without_namespaces_it_is_the_whole_cluster() {
        var scope = new ClusterScope(Set.of(), false);

        assertThat(scope.of(true)).containsExactly("");
        assertThat(scope.of(false)).containsExactly("");
        assertThat(scope.problem(SHOP)).isEmpty();
        assertThat(scope.problem(NODE)).isEmpty();
    }

    @Test
    void with_namespaces_it_is_these_and_nothing_that_is_in_none() {
        var scope = new ClusterScope(Set.of("shop"), false);

        assertThat(scope.of(true)).containsExactly("shop");
        assertThat(scope.of(false)).isEmpty();
        assertThat(scope.problem(SHOP)).isEmpty();
        assertThat(scope.problem(WEB))
                .contains("namespace \"web\" for ConfigMap \"a\" is not managed");
        assertThat(scope.problem(NODE))
                .contains("cluster level Node \"n\" can not be managed when in namespaced mode");
    }

    @Test
    void what_is_in_no_namespace_may_belong_to_it_as_well() {
        var scope = new ClusterScope(Set.of("shop"), true);

        assertThat(scope.of(false)).containsExactly("");
        assertThat(scope.problem(NODE)).isEmpty();
        assertThat(scope.problem(WEB)).isPresent();
    }
}
