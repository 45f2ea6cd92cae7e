package io.tiphys.store;

import io.tiphys.core.sync.HealDelay;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// How long self-heal waits between heals, if the ConfigMap `argocd-cmd-params-cm` says that it is
/// to. A change counts with the next heal.
@Singleton
public class HealSettings {

    private static final String MAP = "argocd-cmd-params-cm";
    private static final String FIXED = "controller.self.heal.timeout.seconds";
    private static final String BACKOFF = "controller.self.heal.backoff.";

    private final Function<String, Map<String, String>> entries;

    @Inject
    HealSettings(Settings settings) {
        this(settings::entries);
    }

    /// @param entries of the ConfigMap of a name
    HealSettings(Function<String, Map<String, String>> entries) {
        this.entries = entries;
    }

    /// Empty unless one of them is set. What is missing beside it, or no whole number, is Argo CD's
    /// default.
    public Optional<HealDelay> delay() {
        var map = entries.apply(MAP);
        if (map.keySet().stream().noneMatch(it -> it.equals(FIXED) || it.startsWith(BACKOFF))) {
            return Optional.empty();
        }
        long first = number(map, BACKOFF + "timeout.seconds", 2);
        if (first == 0) {
            var fixed = Duration.ofSeconds(number(map, FIXED, 0));
            return Optional.of(new HealDelay(fixed, fixed, 1, fixed));
        }
        return Optional.of(
                new HealDelay(
                        Duration.ZERO,
                        Duration.ofSeconds(first),
                        number(map, BACKOFF + "factor", 3),
                        Duration.ofSeconds(number(map, BACKOFF + "cap.seconds", 300))));
    }

    private static long number(Map<String, String> map, String key, long otherwise) {
        var text = map.getOrDefault(key, "");
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : otherwise;
    }
}
