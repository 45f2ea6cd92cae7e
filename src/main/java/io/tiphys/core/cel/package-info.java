/// CEL, the expression language of Kubernetes' own policies, over a resource: what an expression
/// comes to, or why it does not. [io.tiphys.core.cel.CelExpression] is the front door.
///
/// Neither clock nor chance: an expression that takes too much is stopped by a count.
@NullMarked
package io.tiphys.core.cel;

import org.jspecify.annotations.NullMarked;
