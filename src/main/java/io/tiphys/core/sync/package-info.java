/// Whether to sync, in which order, and what the Application's status says of it.
@NullMarked
package io.tiphys.core.sync;

import org.jspecify.annotations.NullMarked;
