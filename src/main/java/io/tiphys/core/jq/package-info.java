/// Path expressions of jq as users write them in `jqPathExpressions`: which places of a tree they
/// name. [io.tiphys.core.jq.JqPaths] is the front door.
///
/// Written here because users' programs must be stopped: whoever may write an Application could
/// otherwise hold a processor for ever with a dozen characters, and jq for Java (jackson-jq) can
/// neither be counted nor interrupted. A count stops them, not a timer, so that the same expression
/// always ends alike. What cannot be part of a path and nobody writes into one is left out: own
/// functions, `reduce`, `foreach`, assignments, slices, formats, modules and input.
@NullMarked
package io.tiphys.core.jq;

import org.jspecify.annotations.NullMarked;
