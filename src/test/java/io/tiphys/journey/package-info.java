/// The journeys of the README, walked from outside as a user would: HTTP, Git, Kafka and the
/// Kubernetes API of the packaged service.
@NullMarked
package io.tiphys.journey;

import org.jspecify.annotations.NullMarked;
