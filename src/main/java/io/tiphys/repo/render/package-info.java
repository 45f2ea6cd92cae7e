/// One renderer a tool: files of a source become manifests. [SourceRenderer] is the front door and
/// chooses the tool. This version knows plain directories, with Jsonnet, Helm charts,
/// kustomizations and, through `repo.plugin`, the users' own plugins.
///
/// What a kustomization comes to is found out in four steps: [KustomizationEdit] lays over it what
/// the Application says, [KustomizationFiles] follows what it names, [NamedFiles] takes the files,
/// and [Additions] lays beside them what lies elsewhere, as [Remotes] reads it.
@NullMarked
package io.tiphys.repo.render;

import org.jspecify.annotations.NullMarked;
