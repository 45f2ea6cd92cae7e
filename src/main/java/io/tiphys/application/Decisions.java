package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.policy.SyncPermission;
import io.tiphys.core.sync.AutoSync;
import io.tiphys.core.sync.Dependencies;
import io.tiphys.core.sync.Drift;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.HealSettings;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Decides whether an Application is synced, with what is known beside it: what was healed lately,
/// and whether others have to be ready first.
@Singleton
class Decisions {

    /// Resources of one Application whose owners are asked for: of more, nobody is named.
    private static final int MAX_ASKED = 8;

    private final ApplicationStore store;
    private final HealHistory heals;
    private final HealSettings healSettings;

    Decisions(ApplicationStore store, HealHistory heals, HealSettings healSettings) {
        this.store = store;
        this.heals = heals;
        this.healSettings = healSettings;
    }

    /// A heal that it decides on counts as one from then on, unless a sync window is shut.
    ///
    /// @throws ApiFailure if the cluster does not tell who is behind what looks like a fight
    SyncDecision decide(Gathered gathered, Comparison comparison, Instant now) {
        // Gather
        var application = gathered.application();
        var id = application.id();
        var drifts = attributed(gathered, Drift.of(comparison), now);

        // Decide
        var wanted =
                AutoSync.decide(
                        application,
                        comparison,
                        gathered.target().revisions(),
                        new AutoSync.Heals(heals.repeated(id, drifts, now), healSettings.delay()),
                        now);
        var decision =
                AutoSync.held(
                        wanted,
                        application,
                        () -> Dependencies.hindrance(id, it -> store.find(it).map(Entry::tree)));

        // Act
        boolean permitted =
                gathered.permission(true, Optional.empty(), now) instanceof SyncPermission.Granted;
        if (permitted && decision instanceof SyncDecision.Sync sync && !sync.heals().isEmpty()) {
            heals.healed(
                    id,
                    drifts.stream()
                            .filter(it -> sync.heals().contains(it.resource()))
                            .collect(Collectors.toSet()),
                    now);
        }
        return decision;
    }

    /// Those that look like fights with who is behind them: the cache does not hold what others
    /// own.
    private Set<Drift> attributed(Gathered gathered, Set<Drift> drifts, Instant now) {
        var suspected = heals.suspected(gathered.application().id(), drifts, now);
        var asked = new HashMap<ResourceKey, Optional<LiveResource>>();
        var attributed = new LinkedHashSet<Drift>();
        for (var drift : drifts) {
            boolean ask =
                    suspected.contains(drift)
                            && !drift.field().isEmpty()
                            && (asked.size() < MAX_ASKED || asked.containsKey(drift.resource()));
            attributed.add(
                    ask
                            ? asked.computeIfAbsent(
                                            drift.resource(), it -> whole(it, gathered.cluster()))
                                    .map(drift::of)
                                    .orElse(drift)
                            : drift);
        }
        return attributed;
    }

    private static Optional<LiveResource> whole(ResourceKey key, Cluster cluster) {
        try {
            return cluster.cache()
                    .resource(key)
                    .flatMap(it -> cluster.types().find(it.type()))
                    .map(it -> LiveResource.of(cluster.api().get(it.path(key))));
        } catch (ApiFailure failure) {
            if (failure.notFound()) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
