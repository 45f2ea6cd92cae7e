/// The Kubernetes shapes of the control plane's objects: reading them into the nouns of `core`.
@NullMarked
package io.tiphys.store.crd;

import org.jspecify.annotations.NullMarked;
