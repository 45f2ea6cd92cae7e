package io.tiphys.repo.plugin;

import java.nio.file.Path;

/// A plugin that is installed.
///
/// @param name as Applications name it
/// @param socket where its server listens, or did
/// @param identity another one after every start of the server, which may have brought another
///     version of the plugin
public record Plugin(String name, Path socket, String identity) {}
