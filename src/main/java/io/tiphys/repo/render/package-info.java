/// One renderer a tool: files of a source become manifests. [SourceRenderer] is the front door and
/// chooses the tool. This version knows plain directories, with Jsonnet, Helm charts,
/// kustomizations and, through `repo.plugin`, the users' own plugins.
@NullMarked
package io.tiphys.repo.render;

import org.jspecify.annotations.NullMarked;
