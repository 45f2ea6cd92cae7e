package io.tiphys.store;

import io.tiphys.core.image.CommitStyle;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// What Argo CD Image Updater's users have in its ConfigMap. A change counts at once.
@Singleton
public class ImageUpdaterSettings {

    private static final Logger LOG = Logger.getLogger(ImageUpdaterSettings.class);

    private static final String MAP = "argocd-image-updater-config";

    private final Function<String, Map<String, String>> entries;
    private volatile CommitStyle commits;

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

    /// One at a time, so that what was read earlier does not stay.
    synchronized void reconsider() {
        var now = CommitStyle.read(entries.apply(MAP));
        if (!now.equals(commits)) {
            now.problem()
                    .ifPresent(
                            it ->
                                    LOG.warnf(
                                            "git.commit-message-template of %s is not used: %s",
                                            MAP, it));
            commits = now;
        }
    }
}
