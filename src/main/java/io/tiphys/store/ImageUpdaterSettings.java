package io.tiphys.store;

import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.RegistryList;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// What Argo CD Image Updater's users have in its ConfigMap. A change counts at once.
@Singleton
public class ImageUpdaterSettings {

    private static final Logger LOG = Logger.getLogger(ImageUpdaterSettings.class);

    private static final String MAP = "argocd-image-updater-config";

    private final Function<String, Map<String, String>> entries;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile CommitStyle commits;
    private volatile RegistryList registries = new RegistryList(List.of(), List.of());

    @Inject
    ImageUpdaterSettings(Settings settings) {
        this(settings::entries);
        settings.onChange(this::reconsider);
        // What came in between.
        reconsider();
    }

    /// @param entries of the ConfigMap of a name
    ImageUpdaterSettings(Function<String, Map<String, String>> entries) {
        this.entries = entries;
        commits = CommitStyle.read(entries.apply(MAP));
    }

    /// By whom commits are, and what they say.
    public CommitStyle commits() {
        return commits;
    }

    /// The registries of which something is said.
    public RegistryList registries() {
        return registries;
    }

    /// Calls back after every change of [#registries] from now on, on the thread that saw it. Must
    /// return quickly.
    public void onRegistryChange(Runnable listener) {
        listeners.add(listener);
    }

    void reconsider() {
        if (isChanged()) {
            listeners.forEach(Runnable::run);
        }
    }

    /// One at a time, so that what was read earlier does not stay.
    ///
    /// @return whether the registries are others than before
    private synchronized boolean isChanged() {
        var map = entries.apply(MAP);
        var now = CommitStyle.read(map);
        if (!now.equals(commits)) {
            now.problem()
                    .ifPresent(
                            it ->
                                    LOG.warnf(
                                            "git.commit-message-template of %s is not used: %s",
                                            MAP, it));
            commits = now;
        }
        var known = RegistryList.read(map.getOrDefault(RegistryList.KEY, ""));
        if (known.equals(registries)) {
            return false;
        }
        known.problems().forEach(it -> LOG.warnf("%s of %s: %s", RegistryList.KEY, MAP, it));
        registries = known;
        return true;
    }
}
