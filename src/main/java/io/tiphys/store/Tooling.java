package io.tiphys.store;

import io.tiphys.core.model.ToolSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// What the tools that render are told, by the ConfigMap that Argo CD's users have. A change counts
/// at once.
@Singleton
public class Tooling {

    private static final String MAP = "argocd-cm";

    private final Function<String, Map<String, String>> entries;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ToolSettings settings;

    @Inject
    Tooling(Settings settings) {
        this(settings::entries);
        settings.onChange(this::reconsider);
        // What came in between.
        reconsider();
    }

    /// @param entries of the ConfigMap of a name
    Tooling(Function<String, Map<String, String>> entries) {
        this.entries = entries;
        settings = ToolSettings.read(entries.apply(MAP));
    }

    public ToolSettings settings() {
        return settings;
    }

    /// Calls back when tools are told something else than before, on the thread that saw it. Must
    /// return quickly.
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /// One at a time, so that what was read earlier does not stay.
    synchronized void reconsider() {
        var now = ToolSettings.read(entries.apply(MAP));
        if (!now.equals(settings)) {
            settings = now;
            listeners.forEach(Runnable::run);
        }
    }
}
