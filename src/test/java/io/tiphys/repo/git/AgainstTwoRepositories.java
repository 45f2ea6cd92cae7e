package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Access;
import io.tiphys.repo.Folder;
import io.tiphys.repo.render.Settings;
import io.tiphys.support.Accesses;
import io.tiphys.support.Bare;
import io.tiphys.support.GitHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A host with two repositories, `app.git` and, in it, `lib.git`.
abstract class AgainstTwoRepositories {

    static final String NOWHERE = "f".repeat(40);

    @TempDir Path directory;

    GitHost host;
    GitMirrors mirrors;
    Bare app;
    Bare lib;

    @BeforeEach
    void serve() throws Exception {
        host = GitHost.start(directory);
        app = Bare.create(directory.resolve("app.git"));
        lib = Bare.create(directory.resolve("lib.git"));
        mirrors = mirrors();
    }

    @AfterEach
    void stop() {
        mirrors.close();
        app.close();
        lib.close();
        host.close();
    }

    String lib(String file) {
        return lib.with(file, file).commit();
    }

    Folder checkout(String commit) {
        return checkout(commit, Access.NONE);
    }

    Folder checkout(String commit, Access access) {
        return mirrors.of(host.address("app.git"), GitCredential.NONE)
                .checkout(resolved("app.git", commit), "", access);
    }

    String resolved(String name, String commit) {
        return mirrors.of(host.address(name), GitCredential.NONE).resolve(commit, FetchDemand.ANY);
    }

    static Access access(String project) {
        return Accesses.ofProject(project, _ -> GitCredential.NONE);
    }

    static String module(String path, String url) {
        return "[submodule \"%1$s\"]\npath = %1$s\nurl = %2$s\n".formatted(path, url);
    }

    static String treeId(Folder root, String path) {
        return root.folder(path).orElseThrow().treeId();
    }

    /// Without what tells of submodules.
    static List<String> contents(Folder folder, boolean recurse) {
        return folder.entries(recurse).stream()
                .filter(it -> !it.path().contains(".gitmodules"))
                .map(it -> it.path() + "=" + new String(folder.read(it), UTF_8))
                .toList();
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    GitMirrors mirrors(String... settings) {
        var all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("directory", directory.resolve("mirrors").toString()));
        return new GitMirrors(
                Settings.of(all.toArray(String[]::new)),
                new SimpleMeterRegistry(),
                AgainstGitHost.IDENTITIES);
    }
}
