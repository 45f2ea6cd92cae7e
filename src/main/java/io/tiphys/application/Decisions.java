package io.tiphys.application;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.sync.AutoSync;
import io.tiphys.core.sync.Dependencies;
import io.tiphys.core.sync.Drift;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.HealSettings;
import jakarta.inject.Singleton;
import java.time.Instant;

/// Decides whether an Application is synced, with what is known beside it: what was healed lately,
/// and whether others have to be ready first.
@Singleton
class Decisions {

    private final ApplicationStore store;
    private final HealHistory heals;
    private final HealSettings healSettings;

    Decisions(ApplicationStore store, HealHistory heals, HealSettings healSettings) {
        this.store = store;
        this.heals = heals;
        this.healSettings = healSettings;
    }

    SyncDecision decide(Gathered gathered, Comparison comparison, Instant now) {
        var application = gathered.application();
        var id = application.id();
        var wanted =
                AutoSync.decide(
                        application,
                        comparison,
                        gathered.target().revisions(),
                        new AutoSync.Heals(
                                heals.repeated(id, Drift.of(comparison), now),
                                healSettings.delay()),
                        now);
        return AutoSync.held(
                wanted,
                application,
                () -> Dependencies.hindrance(id, it -> store.find(it).map(Entry::tree)));
    }
}
