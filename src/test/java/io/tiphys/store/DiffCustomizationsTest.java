package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DiffCustomizationsTest {

    private final Map<String, Map<String, String>> maps = new HashMap<>();

    @Test
    void who_listens_is_told_of_what_is_compared_otherwise_and_of_nothing_else() {
        var customizations = new DiffCustomizations(name -> maps.getOrDefault(name, Map.of()));
        var told = new AtomicInteger();
        customizations.onChange(told::incrementAndGet);

        maps.put("argocd-cm", Map.of("url", "https://tiphys.example"));
        customizations.reconsider();
        assertThat(told).hasValue(0);

        maps.put("argocd-cm", Map.of("resource.compareoptions", "ignoreAggregatedRoles: true"));
        customizations.reconsider();
        assertThat(told).hasValue(1);
        assertThat(customizations.settings().ignoreAggregatedRoles()).isTrue();

        maps.put(
                "argocd-cm",
                Map.of(
                        "resource.customizations.ignoreDifferences.apps_Deployment",
                        "jqPathExpressions: [.spec.replicas]"));
        customizations.reconsider();
        customizations.reconsider();
        assertThat(told).hasValue(2);

        maps.clear();
        customizations.reconsider();
        assertThat(told).hasValue(3);
    }
}
