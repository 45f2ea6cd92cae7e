/// Changes from a revision onwards, filtered by selectors, to one slow or fast reader.
@NullMarked
package io.tiphys.dev.sandbox.watch;

import org.jspecify.annotations.NullMarked;
