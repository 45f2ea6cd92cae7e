package io.tiphys.cluster;

import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A resource of an Application came, changed or went, or belongs to it no longer. Told once
/// per change, whoever saw it first.
public final class LiveChange {

    private final ResourceKey key;
    private final Set<String> applications;
    private final boolean owned;
    private final @Nullable KnownResource before;
    private final @Nullable KnownResource after;

    private LiveChange(
            ResourceKey key,
            Set<String> applications,
            boolean owned,
            @Nullable KnownResource before,
            @Nullable KnownResource after) {
        this.key = key;
        this.applications = applications;
        this.owned = owned;
        this.before = before;
        this.after = after;
    }

    /// @param index in which the owners of both are found
    static LiveChange of(
            ResourceKey key,
            @Nullable KnownResource before,
            @Nullable KnownResource after,
            LiveIndex index) {
        var own = new HashSet<String>();
        var all = new HashSet<String>();
        for (var known : Arrays.asList(before, after)) {
            if (known instanceof KnownResource.Held held) {
                own.add(held.application());
                all.addAll(index.applications(held.owners()));
            }
        }
        own.remove("");
        all.addAll(own);
        return new LiveChange(key, all, own.isEmpty(), before, after);
    }

    /// The tracking names of those that it belongs or belonged to.
    public Set<String> applications() {
        return applications;
    }

    /// Whether it belongs to them only through its owners.
    public boolean owned() {
        return owned;
    }

    /// What it was, unpacked at each call; null if it was none of theirs.
    public @Nullable LiveResource before() {
        return held(before);
    }

    /// What it is, unpacked at each call; null if it is gone, or none of theirs any more.
    public @Nullable LiveResource after() {
        return held(after);
    }

    private @Nullable LiveResource held(@Nullable KnownResource known) {
        return known instanceof KnownResource.Held held ? held.resource(key) : null;
    }
}
