/// The control plane's own objects: Applications, projects, credentials, settings. Kubernetes is
/// their only storage; what is here is a watched copy and the way to write.
///
/// May import `core` and `cluster`.
@NullMarked
package io.tiphys.store;

import org.jspecify.annotations.NullMarked;
