package io.tiphys.repo.git;

import io.tiphys.repo.ManifestFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.jboss.logging.Logger;

/// Which tags of a host lead to which commits. Asked for when somebody wants to know, and for a
/// minute not again, however it went.
final class HostTags {

    private static final Logger LOG = Logger.getLogger(HostTags.class);
    private static final Duration FRESH = Duration.ofMinutes(1);

    /// Further ones are not shown.
    private static final int MOST = 50_000;

    private final InstantSource clock;
    private Instant askedAt = Instant.MIN;
    private volatile Map<String, List<String>> byCommit = Map.of();

    HostTags(InstantSource clock) {
        this.clock = clock;
    }

    /// Not for several threads.
    void renew(GitRemote remote) {
        var now = clock.instant();
        if (now.minus(FRESH).isBefore(askedAt)) {
            return;
        }
        askedAt = now;
        try {
            var tags = new HashMap<String, List<String>>();
            remote.refs(List.of(), List.of(Constants.R_TAGS)).values().stream()
                    .limit(MOST)
                    .forEach(
                            ref -> {
                                var name = ref.getName().substring(Constants.R_TAGS.length());
                                tags.computeIfAbsent(
                                                String.valueOf(Look.commit(ref)),
                                                _ -> new ArrayList<>())
                                        .add(name);
                            });
            byCommit = tags;
        } catch (ManifestFailure unreachable) {
            // A commit is shown without its newest tags rather than not at all.
            LOG.infof("Tags are shown as they were: %s", unreachable.getMessage());
        }
    }

    List<String> of(String commit) {
        return byCommit.getOrDefault(commit, List.of()).stream().sorted().toList();
    }
}
