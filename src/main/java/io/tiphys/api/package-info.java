/// What an HTTP caller sees: Argo CD's REST paths and shapes, the streams that the web page lives
/// on, and readiness. `README.md` in this package lists endpoints and gaps.
///
/// Reads `store`; asks for work by what it writes into the Application (the refresh annotation, an
/// operation), never by calling the room that does it.
/// May import `core`, `channel`, `store`, `cluster`, `repo` and `access`.
@NullMarked
package io.tiphys.api;

import org.jspecify.annotations.NullMarked;
