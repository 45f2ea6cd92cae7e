/// The house. Rooms are features; `core` decides, the others do. The plan of who may import whom
/// is `HouseTest`.
@NullMarked
package io.tiphys;

import org.jspecify.annotations.NullMarked;
