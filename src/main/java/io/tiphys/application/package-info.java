/// Keeps each Application at its target state: gather, decide, act, one run at a time for each.
///
/// [ApplicationCommands] takes what is asked, [Gatherer] renders and reads the live state within
/// the [Bounds] of the project, [Refresher] compares, [Decisions] decides, [SyncGate] lets syncs
/// through when windows do, [Operations] carries them through from run to run and [Deletions]
/// deletions, [Syncer] changes the cluster, [StatusWriter] says so. [Settled] remembers where
/// nothing was to be done, so that looking again costs little. [LiveChanges] turns what moves in
/// the cluster and in the Applications themselves into refreshes; it does not go through Kafka,
/// because a restart lists the cluster anew and sees the same. May import `core`, `channel`,
/// `store`, `cluster`, `repo`.
@NullMarked
package io.tiphys.application;

import org.jspecify.annotations.NullMarked;
