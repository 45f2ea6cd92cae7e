package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Access;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;
import org.eclipse.jgit.lib.BlobBasedConfig;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// The other repositories that a commit has in it: its trees name a commit of each (a gitlink), its
/// file `.gitmodules` their addresses. Each is read from a mirror of its own, once somebody looks
/// into it. Not for several threads.
///
/// No circle is without an end, as no commit can name itself; what is nested without sense is
/// bounded.
final class Submodules {

    /// A thousand of them need 200 kB.
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    private static final int MAX_DEPTH = 10;
    private static final int MAX_OPENED = 1_000;

    private final GitMirror mirror;
    private final String commit;
    private final ObjectId file;
    private final Visit visit;

    /// By their paths from the root; empty for what is none.
    private final Map<String, Optional<Folder>> opened = new HashMap<>();

    private @Nullable Declared declared;

    /// Somebody who reads a commit, and on to those of its submodules.
    ///
    /// @param depth how many repositories are around the one that is read
    /// @param opened how many were entered, wherever they are
    record Visit(GitMirrors mirrors, Access access, int depth, AtomicInteger opened) {

        static Visit of(GitMirrors mirrors, Access access) {
            return new Visit(mirrors, access, 0, new AtomicInteger());
        }

        private Visit deeper() {
            return new Visit(mirrors, access, depth + 1, opened);
        }
    }

    /// Where a path leads that leaves the repository by a submodule.
    ///
    /// @param rest of the path, in the submodule
    record Crossing(Folder folder, String rest) {}

    /// @param isLeftOut whether a checkout does without it
    private record Module(String name, String url, boolean isLeftOut) {}

    /// @param problem why the file cannot be read; empty if it can
    private record Declared(Map<String, Module> byPath, String problem) {}

    private Submodules(GitMirror mirror, String commit, ObjectId file, Visit visit) {
        this.mirror = mirror;
        this.commit = commit;
        this.file = file;
        this.visit = visit;
    }

    /// @return empty if the commit declares none; gitlinks have no meaning then
    static Optional<Submodules> of(GitMirror mirror, String commit, Visit visit) {
        return mirror.read(
                        commit,
                        repository -> find(repository, commit, Constants.DOT_GIT_MODULES, false))
                .map(file -> new Submodules(mirror, commit, file, visit));
    }

    private static Optional<ObjectId> find(
            Repository repository, String commit, String path, boolean link) throws IOException {
        try (var reader = repository.newObjectReader();
                var found = TreeWalk.forPath(reader, path, Checkout.root(repository, commit))) {
            return Optional.ofNullable(found)
                    .filter(it -> link == it.getFileMode(0).equals(FileMode.GITLINK))
                    .filter(it -> !it.isSubtree())
                    .map(it -> it.getObjectId(0));
        }
    }

    /// What trees do not name and files still depend on: which of the gitlinks count, and who may
    /// read what they lead to.
    String variant() {
        return "+%s+%s".formatted(file.name(), visit.access().project());
    }

    /// @param path from the root
    /// @return empty if it stays in the repository
    Optional<Crossing> crossing(String path) {
        for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
            var place = path.substring(0, end);
            if (declared().byPath().containsKey(place)) {
                var folder = at(place);
                if (folder.isPresent()) {
                    return Optional.of(new Crossing(folder.get(), path.substring(end + 1)));
                }
            }
        }
        return Optional.empty();
    }

    /// @param place a path from the root
    /// @return empty if there is no submodule, or one that is left out
    /// @throws ManifestFailure if it cannot be read
    Optional<Folder> at(String place) {
        var known = opened.get(place);
        if (known == null) {
            known =
                    mirror.read(commit, repository -> find(repository, commit, place, true))
                            .flatMap(link -> open(place, link));
            opened.put(place, known);
        }
        return known;
    }

    private Optional<Folder> open(String place, ObjectId link) {
        var module = declared().byPath().get(place);
        if (module == null) {
            var problem = declared().problem();
            throw failure(place, problem.isEmpty() ? ".gitmodules has no address for it" : problem);
        }
        if (module.isLeftOut()) {
            return Optional.empty();
        }
        if (visit.depth() == MAX_DEPTH) {
            throw failure(place, "it is nested more than %d deep".formatted(MAX_DEPTH));
        }
        if (visit.opened().incrementAndGet() > MAX_OPENED) {
            throw failure(place, "it is one of more than %d".formatted(MAX_OPENED));
        }
        try {
            SubmoduleValidator.assertValidSubmoduleName(module.name());
            SubmoduleValidator.assertValidSubmoduleUri(module.url());
            var address =
                    RepositoryUrl.ofSubmodule(mirror.address(), module.url())
                            .orElseThrow(
                                    () -> new ManifestFailure("its address leads above its host"));
            var other = visit.mirrors().of(address, visit.access().git().apply(address));
            var there = other.resolve(Revision.named(link.name()), FetchDemand.ANY);
            return Optional.of(other.checkout(there, Optional.of(visit.deeper())).folder(""));
        } catch (SubmoduleValidationException invalid) {
            throw failure(place, "its name or address in .gitmodules is none that one may have");
        } catch (ManifestFailure unreadable) {
            var failure =
                    new ManifestFailure(
                            said(place, String.valueOf(unreadable.getMessage())),
                            unreadable.passing());
            failure.initCause(unreadable);
            throw failure;
        }
    }

    private ManifestFailure failure(String place, String reason) {
        return new ManifestFailure(said(place, reason));
    }

    private String said(String place, String reason) {
        return "The submodule '%s' of %s: %s".formatted(place, mirror.shown(), reason);
    }

    private Declared declared() {
        var known = declared;
        if (known == null) {
            known = mirror.read(commit, this::read);
            declared = known;
        }
        return known;
    }

    private Declared read(Repository repository) throws IOException {
        var blob = repository.open(file, Constants.OBJ_BLOB);
        if (blob.getSize() > MAX_FILE_BYTES) {
            return new Declared(Map.of(), ".gitmodules is larger than 1 MB");
        }
        try {
            return new Declared(modules(new BlobBasedConfig(null, blob.getBytes())), "");
        } catch (ConfigInvalidException malformed) {
            return new Declared(Map.of(), ".gitmodules is malformed");
        }
    }

    private static Map<String, Module> modules(Config config) {
        var section = ConfigConstants.CONFIG_SUBMODULE_SECTION;
        var modules = new HashMap<String, Module>();
        for (var name : config.getSubsections(section)) {
            var path = config.getString(section, name, ConfigConstants.CONFIG_KEY_PATH);
            var url = config.getString(section, name, ConfigConstants.CONFIG_KEY_URL);
            var update = config.getString(section, name, ConfigConstants.CONFIG_KEY_UPDATE);
            if (path != null) {
                modules.put(
                        path.replaceFirst("/+$", ""),
                        new Module(
                                name, Objects.requireNonNullElse(url, ""), "none".equals(update)));
            }
        }
        return modules;
    }
}
