package io.tiphys.repo.cache;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// How replicas share through Redis, where `quarkus.redis.hosts` names one.
@ConfigMapping(prefix = "tiphys.repo.redis")
public interface RedisConfig {

    /// A secret of 16 characters or more that every replica has and Redis has not: what was written
    /// without it is not believed. Absent: nothing is shared.
    Optional<String> key();

    /// Since it was last read or written: as long as Argo CD keeps manifests.
    @WithDefault("24h")
    Duration keep();

    /// Bytes of one entry, packed. What takes more is not shared.
    @WithDefault("4M")
    MemorySize entry();

    /// For each question, of which one rendering asks three at most. After one that was not
    /// answered in time Redis is left alone for a while.
    @WithDefault("200ms")
    Duration within();
}
