/// The nouns that several rooms share: an Application and what it declares, the manifests that Git
/// holds for it, the resources that a cluster holds. Trees of JSON are plain maps and lists.
@NullMarked
package io.tiphys.core.model;

import org.jspecify.annotations.NullMarked;
