package io.tiphys.repo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/// Where Git mirrors are kept, and what may be asked of a Git host.
@ConfigMapping(prefix = "tiphys.repo")
public interface RepoConfig {

    /// The folder of the mirrors. It holds nothing that cannot be fetched again.
    Path directory();

    /// Limit on one exchange with a Git host.
    @WithDefault("60s")
    Duration timeout();

    /// The longest that a repository goes without being asked whether a ref that Applications
    /// follow has moved. Zero: it is not asked, and the sweep of every Application asks for itself.
    @WithDefault("180s")
    Duration poll();

    /// Repositories of one host that are asked at once.
    @WithDefault("4")
    int pollAtOnce();

    /// Repositories of one host that are asked in a second.
    @WithDefault("10")
    int pollPerSecond();

    /// How long a mirror keeps a branch or tag that nobody asks for, and how long a mirror is kept
    /// that nobody uses. Looked at seven times meanwhile. Zero: for ever.
    @WithDefault("7d")
    Duration unusedAfter();

    /// Bytes of source files whose rendered manifests are remembered.
    @WithDefault("67108864")
    long cacheBytes();
}
