/// Objects by kind, namespace and name, the one revision counter, recent history and the journal.
@NullMarked
package io.tiphys.dev.sandbox.storage;

import org.jspecify.annotations.NullMarked;
