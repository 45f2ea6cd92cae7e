/// Patches and server-side apply: field sets, their owners, and how two versions of an object
/// merge.
@NullMarked
package io.tiphys.dev.sandbox.apply;

import org.jspecify.annotations.NullMarked;
