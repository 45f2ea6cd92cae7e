/// What comes over the wire: how often each thing was asked, and what is to go wrong with it.
@NullMarked
package io.tiphys.dev.sandbox.traffic;

import org.jspecify.annotations.NullMarked;
