package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.core.model.ClusterAccess;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.Destination;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.support.FaultyLink.Way;
import io.tiphys.support.LogListener;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClustersTest extends AgainstTwoClusters {

    @Test
    void each_destination_is_its_own_cluster() {
        clusters.put(other("good"));

        ready(OTHER).applier().apply(tracked("there"));
        ready(OWN).applier().apply(tracked("here"));

        assertThat(ready(new Destination(link.url() + "/", "", "")).cache().exists(key("there")))
                .isTrue();
        assertThat(ready(OTHER).cache().exists(key("here"))).isFalse();
        assertThat(ready(OWN).cache().exists(key("there"))).isFalse();
        assertThat(changes).containsExactly("there", "here");
        assertThat(other.audit()).containsEntry("apply configmaps", 1L);
    }

    @Test
    void what_another_cluster_holds_is_never_taken_for_the_same() {
        clusters.put(other("good"));

        long other = ready(OTHER).cache().stateVersion("shop");

        assertThat(other).isNotEqualTo(ready(OWN).cache().stateVersion("shop"));
        assertThat(other).isEqualTo(ready(OTHER).as("someone").cache().stateVersion("shop"));
    }

    @Test
    void a_cluster_comes_with_its_secret_and_goes_with_it() {
        assertThat(clusters.find(OTHER))
                .isEqualTo(new Found.None("there are no clusters with this name: other"));

        clusters.put(other("good"));
        var cluster = ready(OTHER);
        clusters.remove("other");

        assertThat(clusters.find(OTHER)).isInstanceOf(Found.None.class);
        assertThat(told).allMatch(it -> it.test(OTHER)).noneMatch(it -> it.test(OWN));
        assertThatThrownBy(() -> cluster.applier().apply(tracked("late")))
                .isInstanceOf(ApiFailure.class);
    }

    @Test
    void only_a_change_of_how_it_is_reached_connects_a_cluster_anew() {
        clusters.put(other("good"));
        var before = ready(OTHER);
        var mine = ready(OWN);

        clusters.put(named("renamed", other("good")));
        assertThat(ready(new Destination("", "renamed", ""))).isSameAs(before);

        clusters.put(other("wrong"));
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(clusters.find(OTHER))
                                        .isInstanceOfSatisfying(
                                                Found.Down.class,
                                                it ->
                                                        assertThat(it.why())
                                                                .startsWith("The cluster other (")
                                                                .contains("Unauthorized")));
        clusters.put(other("good"));
        assertThat(ready(OTHER)).isNotSameAs(before);
        assertThat(ready(OWN)).isSameAs(mine);
        assertThat(own.audit()).containsEntry("list configmaps", 1L);
    }

    @Test
    void what_was_chosen_for_one_cluster_is_not_found_for_another_of_its_name() {
        clusters.put(other("good"));
        var _ = ready(OTHER);
        var choice = clusters.choose(OTHER);
        assertThat(clusters.find(choice)).isInstanceOf(Found.Ready.class);

        clusters.put(inProject("shop", other("good")));

        assertThat(clusters.find(choice)).isInstanceOf(Found.Connecting.class);
        assertThat(clusters.find(OTHER)).isInstanceOf(Found.Ready.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"SILENT", "CLOSED", "FAILING", "EMPTY", "PAGE"})
    void a_cluster_out_of_reach_harms_no_other_comes_back_and_is_told_of_once(Way bad) {
        // Given
        clusters.put(other("good"));
        ready(OTHER).applier().apply(tracked("there"));
        var mine = ready(OWN);
        var watches = new LogListener(Reflector.class);
        var connections = new LogListener(Connection.class);

        // When
        link.be(bad);

        // Then
        eventually().until(() -> clusters.find(OTHER) instanceof Found.Down);
        mine.applier().apply(tracked("here"));
        assertThat(ready(OWN).cache().exists(key("here"))).isTrue();

        // When
        link.be(Way.GOOD);
        eventually().until(() -> clusters.find(OTHER) instanceof Found.Ready);

        // Then
        assertThat(ready(OTHER).cache().liveState("there", List.of())).hasSize(1);
        assertThat(told.getLast().test(OTHER)).isTrue();
        other(other).create("/api/v1/namespaces/default/configmaps", data("new"));
        eventually().until(() -> ready(OTHER).cache().exists(key("new")));
        watches.close();
        connections.close();
        assertThat(watches.said()).isEmpty();
        assertThat(connections.said())
                .satisfiesExactly(
                        down -> assertThat(down).contains("other", "is out of reach"),
                        back -> assertThat(back).contains("other", "is connected"));
    }

    @Test
    void while_a_cluster_is_out_of_reach_nobody_waits_for_it_and_it_is_asked_by_one_alone() {
        // Given
        clusters.put(other("good"));
        var cluster = ready(OTHER);
        link.be(Way.FAILING);
        eventually().until(() -> clusters.find(OTHER) instanceof Found.Down);
        int before = link.connections();

        // When
        for (int i = 0; i < 1000; i++) {
            assertThatThrownBy(() -> cluster.applier().apply(tracked("late")))
                    .isInstanceOf(ApiFailure.class)
                    .hasMessageContaining("The cluster other");
        }

        // Then
        assertThat(link.connections() - before).isLessThan(10);
    }

    @Test
    void what_is_under_way_when_a_cluster_falls_silent_ends_with_the_circuit() {
        // Given
        clusters.put(other("good"));
        var cluster = ready(OTHER);

        // When
        link.be(Way.SILENT);

        // Then
        assertThatThrownBy(() -> cluster.applier().apply(tracked("late")))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("The cluster other");
    }

    @Test
    void a_secret_that_cannot_be_used_says_why() {
        var broken = other("good").with(with(ClusterAccess.PLAIN, "no certificate"));

        clusters.put(broken);

        assertThat(clusters.find(OTHER))
                .isEqualTo(
                        new Found.Unusable(
                                "The cluster other (%s) cannot be used: the Secret other: "
                                                .formatted(link.url())
                                        + "tlsClientConfig.caData is no certificate in PEM"));
    }

    @Test
    void what_is_known_of_clusters_is_told_without_what_they_are_reached_with() {
        clusters.put(other("good"));
        ready(OTHER);

        var all = clusters.all();

        assertThat(all)
                .extracting(it -> it.cluster().name())
                .containsExactly("other", "in-cluster");
        assertThat(all)
                .extracting(it -> it.state().wire())
                .containsExactly("Successful", "Unknown");
        assertThat(all.getFirst().serverVersion()).startsWith("v1.");
        assertThat(all.getFirst().kinds()).isGreaterThan(10);
        assertThat(all.getFirst().resources()).isPositive();
        assertThat(all.toString()).doesNotContain("good");
    }

    private static ClusterAccess with(ClusterAccess access, String authorities) {
        return new ClusterAccess(
                access.login(),
                authorities,
                access.clientCertificate(),
                access.clientKey(),
                access.insecure(),
                access.serverName(),
                access.compressed(),
                access.proxy());
    }

    private static ClusterSecret named(String name, ClusterSecret it) {
        return changed(name, it.project(), it);
    }

    private static ClusterSecret inProject(String project, ClusterSecret it) {
        return changed(it.name(), project, it);
    }

    private static ClusterSecret changed(String name, String project, ClusterSecret it) {
        return new ClusterSecret(
                it.secret(),
                name,
                it.server(),
                it.namespaces(),
                it.clusterResources(),
                project,
                it.shard(),
                it.labels(),
                it.annotations(),
                it.access(),
                it.problem());
    }

    /// As somebody else would change it.
    private static KubernetesApi other(Sandbox sandbox) {
        return new KubernetesApi(
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(sandbox.kubeconfig()))
                        .build());
    }
}
