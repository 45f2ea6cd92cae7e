/// What happened and what is asked: the records on the channels. Their JSON is public; `kafka/`
/// holds the schemas.
@NullMarked
package io.tiphys.core.event;

import org.jspecify.annotations.NullMarked;
