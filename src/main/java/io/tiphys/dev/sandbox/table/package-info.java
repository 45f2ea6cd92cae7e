/// Objects as tables, the way that `kubectl get` shows them.
@NullMarked
package io.tiphys.dev.sandbox.table;

import org.jspecify.annotations.NullMarked;
