/// Config management plugins: programs of the users' own that turn files into manifests, each
/// behind a server on a Unix socket, as Argo CD has them beside it. This room is the client.
///
/// [Plugins] is the front door: which there are, and what they make of files. [PluginProtocol] is
/// their dialect, a [Conversation] one connection for some [Call]s.
///
/// May import `repo` and `core`; the only door to gRPC. What of a repository is sent, and under
/// which name the result is remembered, is decided in `repo.render`.
@NullMarked
package io.tiphys.repo.plugin;

import org.jspecify.annotations.NullMarked;
