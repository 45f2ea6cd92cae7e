package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ToolingTest {

    private final Map<String, Map<String, String>> maps = new HashMap<>();

    @Test
    void who_listens_is_told_of_what_tools_are_told_and_of_nothing_else() {
        var tooling = new Tooling(name -> maps.getOrDefault(name, Map.of()));
        var told = new AtomicInteger();
        tooling.onChange(told::incrementAndGet);

        maps.put("argocd-cm", Map.of("url", "https://tiphys.example"));
        tooling.reconsider();
        assertThat(told).hasValue(0);

        maps.put("argocd-cm", Map.of("kustomize.buildOptions", "--enable-helm"));
        tooling.reconsider();
        assertThat(told).hasValue(1);
        assertThat(tooling.settings().kustomize("").helm()).isTrue();

        maps.clear();
        tooling.reconsider();
        assertThat(told).hasValue(2);
        assertThat(tooling.settings().kustomize("").helm()).isFalse();
    }
}
