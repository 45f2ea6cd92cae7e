/// What fields a kind has and how its lists merge: built-in kinds from the client model classes,
/// custom kinds from the schema in their CRD. Pruning, type checks, defaults, apply, strategic
/// merge and OpenAPI all read this one description.
@NullMarked
package io.tiphys.dev.sandbox.schema;

import org.jspecify.annotations.NullMarked;
