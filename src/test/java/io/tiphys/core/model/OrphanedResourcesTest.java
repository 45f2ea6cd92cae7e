package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                read(
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
    void a_warning_is_given_if_it_is_asked_for() {
        assertThat(read(Map.of()).warn()).isFalse();
        assertThat(read(Map.of("warn", false)).warn()).isFalse();
        assertThat(read(Map.of("warn", true)).warn()).isTrue();
    }

    @Test
    void a_glob_that_is_none_is_told() {
        assertThatThrownBy(() -> read(Map.of("ignore", List.of(Map.of("kind", "[a")))))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageStartingWith("spec.orphanedResources.ignore[].kind");
        assertThatThrownBy(() -> read(Map.of("ignore", List.of("text"))))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("spec.orphanedResources.ignore[] must be an object");
    }

    private static OrphanedResources read(Map<String, Object> tree) {
        return OrphanedResources.read(new Fields("spec.orphanedResources", tree));
    }
}
