/// What belongs to what: the owners of a resource, and the tree of an Application's resources with
/// all that they own. [Ownership] finds the owners that are written down and those that only their
/// names tell, [ResourceTree] lays out the tree in Argo CD's shape, [NodeInfo] says of each node
/// what people want to see of it.
@NullMarked
package io.tiphys.core.tree;

import org.jspecify.annotations.NullMarked;
