/// How well resources run, from what they say of themselves.
@NullMarked
package io.tiphys.core.health;

import org.jspecify.annotations.NullMarked;
