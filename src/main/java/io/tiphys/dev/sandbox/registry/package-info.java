/// The verbs: what happens to an object between a request and the store.
@NullMarked
package io.tiphys.dev.sandbox.registry;

import org.jspecify.annotations.NullMarked;
