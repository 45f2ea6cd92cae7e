/// A small Kubernetes API server in process, for development and tests, that is not kinder than a
/// real one. `Sandbox` is the front door; everything below it is its own business. The rooms, from
/// the bottom: `wire`, `schema`, `kinds`, `apply`, `storage`, `registry`, `access`, `table`,
/// `traffic`, `watch`, `life`, `http`.
/// What it cannot do it refuses with 501 and a message.
@NullMarked
package io.tiphys.dev.sandbox;

import org.jspecify.annotations.NullMarked;
