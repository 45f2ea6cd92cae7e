/// Whether to sync, in which order, how far a sync is, and what the Application's status says of
/// it.
///
/// [AutoSync] decides whether, [Dependencies] whether others must be ready first, [Drift] what
/// self-heal fights over. [OperationState] is a sync as the status holds it, which [Retry] has
/// tried again; [SyncPlan] lays out what it does, [SyncProgress] says what comes next and on what
/// it waits, [HookRuns] what becomes of hooks. [Deletion] says what comes next when the Application
/// itself goes, [Approval] who is asked before. All of it is worked out anew in every run, from the
/// custom resource and the cluster alone.
@NullMarked
package io.tiphys.core.sync;

import org.jspecify.annotations.NullMarked;
