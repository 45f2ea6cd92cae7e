/// What inputs rendered to, kept beyond the life of a process: [DiskStore] by files, [RedisStore]
/// for all replicas. What comes back is what this service wrote for these very inputs ([Seal]), or
/// nothing.
@NullMarked
package io.tiphys.repo.cache;

import org.jspecify.annotations.NullMarked;
