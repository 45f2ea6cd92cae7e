/// Decisions. Pure functions over records and sealed types: no I/O, clock, threads or chance, so a
/// whole run can be replayed in a test. Every other room may import this one; it imports none.
@NullMarked
package io.tiphys.core;

import org.jspecify.annotations.NullMarked;
