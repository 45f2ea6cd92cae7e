/// The kinds that the sandbox serves: what they are called, what they default, what they refuse.
@NullMarked
package io.tiphys.dev.sandbox.kinds;

import org.jspecify.annotations.NullMarked;
