package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrphanedResourcesTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, ServiceAccount, shop, default, true",
                "-, ConfigMap, shop, kube-root-ca.crt, true",
                "-, Service, default, kubernetes, true",
                "-, Service, shop, kubernetes, false",
                "-, ConfigMap, shop, settings, false",
                "-, Secret, shop, cert-web, true",
                "-, Secret, shop, web, false",
                "cert-manager.io, Certificate, shop, any, true",
                "-, Certificate, shop, any, false",
                "apps, ReplicaSet, shop, any, true",
            })
    void some_are_there_for_a_reason(
            String group, String kind, String namespace, String name, boolean ignored) {
        var wish =
                OrphanedResources.read(
                        Map.of(
                                "ignore",
                                List.of(
                                        Map.of("kind", "Secret", "name", "cert-*"),
                                        Map.of("group", "cert-manager.io"),
                                        Map.of("group", "*", "kind", "Replica*"))));

        var key = new ResourceKey(group == null ? "" : group, kind, namespace, name);
        assertThat(wish.ignores(key)).isEqualTo(ignored);
    }

    @Test
    void a_warning_is_wanted_unless_it_is_not() {
        assertThat(OrphanedResources.read(Map.of()).warn()).isTrue();
        assertThat(OrphanedResources.read(Map.of("warn", false)).warn()).isFalse();
        assertThat(OrphanedResources.read(Map.of("warn", "text")).warn()).isTrue();
    }

    @Test
    void a_glob_that_is_none_is_told_and_ignores_nothing() {
        var wish =
                OrphanedResources.read(
                        Map.of(
                                "ignore",
                                List.of(Map.of("kind", "[a"), "text", Map.of("kind", "A"))));

        assertThat(wish.problems()).hasSize(2);
        assertThat(wish.problems().getFirst()).startsWith("spec.orphanedResources.ignore[0].kind");
        assertThat(wish.problems().getLast())
                .isEqualTo("spec.orphanedResources.ignore[1] must be an object");
        assertThat(wish.ignores(new ResourceKey("", "A", "shop", "a"))).isTrue();
        assertThat(wish.ignores(new ResourceKey("", "B", "shop", "a"))).isFalse();
    }
}
