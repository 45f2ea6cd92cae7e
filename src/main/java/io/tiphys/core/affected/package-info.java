/// Which Applications an event touches, and what to ask of each.
@NullMarked
package io.tiphys.core.affected;

import org.jspecify.annotations.NullMarked;
