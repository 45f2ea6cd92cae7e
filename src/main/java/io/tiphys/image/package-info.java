/// Writes new image tags to Git and asks for a refresh at the new commit. The tag that Git holds
/// decides, so that a request that comes twice has no second effect; what people took back there is
/// not written again. The status of an ImageUpdater tells what became of it, and annotations and
/// Events of the Application do. [Proposals] has people asked first. May import `core`, `channel`,
/// `store`, `repo`.
@NullMarked
package io.tiphys.image;

import org.jspecify.annotations.NullMarked;
