/// Who asks, and may they: tokens, impersonation, and the roles and bindings of the store.
@NullMarked
package io.tiphys.dev.sandbox.access;

import org.jspecify.annotations.NullMarked;
