/// One renderer a tool: files of a source become manifests. [SourceRenderer] is the front door and
/// chooses the tool. This version knows plain directories, with Jsonnet, Helm charts and
/// kustomizations.
@NullMarked
package io.tiphys.repo.render;

import org.jspecify.annotations.NullMarked;
