/// The embedded defaults: what the service runs on where nothing real is configured, so that its
/// first command does the main job on a bare machine. Each speaks the real protocol to real
/// clients, listens on the loopback interface only, and is imported by nobody.
///
/// [io.tiphys.dev.EmbeddedBroker] is the Kafka, [io.tiphys.dev.SampleRepository] the Git host,
/// [io.tiphys.dev.GitHubPushDelivery] what such a host does after a push, and
/// [io.tiphys.dev.DataDirectory] the place where all of them keep what they have.
@NullMarked
package io.tiphys.dev;

import org.jspecify.annotations.NullMarked;
