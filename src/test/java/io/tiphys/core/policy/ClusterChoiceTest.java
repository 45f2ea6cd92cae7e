package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ClusterAccess;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterChoiceTest {

    private static final List<ClusterSecret> CLUSTERS =
            List.of(
                    ClusterSecret.IN_CLUSTER,
                    cluster("b", "prod", "https://prod.example"),
                    cluster("a", "twin", "https://twin.example:6443"),
                    cluster("c", "twin", "https://other-twin.example"),
                    cluster("e", "again", "https://again.example"),
                    cluster("d", "first", "https://again.example"));

    @ParameterizedTest
    @CsvSource({
        "https://kubernetes.default.svc,, ''",
        ", in-cluster, ''",
        "https://prod.example,, b",
        "https://prod.example/,, b",
        ", prod, b",
        "https://twin.example:6443,, a",
        "https://again.example,, d",
    })
    void a_cluster_is_chosen_by_its_address_or_its_name(String server, String name, String secret) {
        assertThat(choose(server, name))
                .isInstanceOfSatisfying(
                        ClusterChoice.Chosen.class,
                        it -> assertThat(it.cluster().secret()).isEqualTo(secret));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| | Destination server missing from app spec",
                "https://prod.example | prod | application destination can't have both name and"
                        + " server defined: prod https://prod.example",
                "| nowhere | there are no clusters with this name: nowhere",
                "| twin | there are 2 clusters with the same name:"
                        + " [https://other-twin.example https://twin.example:6443]",
                "https://no.example/ | | error getting cluster by server \"https://no.example\":"
                        + " cluster \"https://no.example\" not found",
            })
    void what_names_no_cluster_is_told_in_argo_cds_words(
            String server, String name, String problem) {
        assertThat(choose(server, name)).isEqualTo(new ClusterChoice.None(problem));
    }

    @Test
    void the_control_planes_own_cluster_keeps_its_name_beside_that_of_its_secret() {
        var hub = cluster("hub", "hub", Destination.IN_CLUSTER);

        for (var name : List.of("hub", "in-cluster")) {
            assertThat(ClusterChoice.of(new Destination("", name, ""), List.of(hub)))
                    .isEqualTo(new ClusterChoice.Chosen(hub));
        }
    }

    @Test
    void projects_know_it_by_its_secret_however_it_is_named() {
        var own = own("shop", Set.of("default"));
        var clusters = List.of(own);
        var known = new DestinationCluster("https://own.example", "own", "shop", Set.of("default"));

        for (var destination :
                List.of(
                        new Destination("https://own.example/", "", ""),
                        new Destination("", "own", ""))) {
            assertThat(ClusterChoice.of(destination, clusters).forProjects(destination))
                    .isEqualTo(known);
        }
    }

    @Test
    void one_that_there_is_not_projects_know_by_the_destination() {
        var destination = new Destination("", "nowhere", "");

        assertThat(ClusterChoice.of(destination, CLUSTERS).forProjects(destination))
                .isEqualTo(new DestinationCluster("", "nowhere", "", Set.of()));
    }

    private static ClusterChoice choose(String server, String name) {
        return ClusterChoice.of(new Destination(text(server), text(name), ""), CLUSTERS);
    }

    private static String text(String value) {
        return Optional.ofNullable(value).orElse("");
    }

    private static ClusterSecret cluster(String secret, String name, String server) {
        return cluster(secret, name, server, "", Set.of());
    }

    private static ClusterSecret own(String project, Set<String> namespaces) {
        return cluster("own", "own", "https://own.example", project, namespaces);
    }

    private static ClusterSecret cluster(
            String secret, String name, String server, String project, Set<String> namespaces) {
        return new ClusterSecret(
                secret,
                name,
                server,
                namespaces,
                false,
                project,
                "",
                Map.of(),
                Map.of(),
                ClusterAccess.PLAIN,
                Optional.empty());
    }
}
