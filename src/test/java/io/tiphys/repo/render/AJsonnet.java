package io.tiphys.repo.render;

import java.nio.file.Path;

/// What evaluates Jsonnet, with the limits that it has by default.
final class AJsonnet {

    private static final Jail JAIL = new Jail(Settings.of().jail(), Jail.usableWalls());

    private AJsonnet() {}

    /// @param folder to work in
    static Jsonnet inFolder(Path folder) {
        return new Jsonnet(JAIL, new WorkingFolders(Settings.of("directory", folder.toString())));
    }
}
