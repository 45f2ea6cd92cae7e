package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The bare mirror of one repository. Only refs that somebody asked for are fetched; reads go on
/// while a fetch runs.
final class GitMirror implements Repository, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GitMirror.class);
    private static final int MAX_REMEMBERED_PUSHES = 512;
    private static final int MAX_PUSH_ATTEMPTS = 10;
    private static final int MAX_CHANGED_PATHS = 100_000;

    private final FileRepository repository;
    private final GitRemote remote;

    /// One exchange with the host at a time: who waits usually finds that the one before brought
    /// what it needs.
    private final ReentrantLock exchange = new ReentrantLock();

    /// Guarded by `exchange`.
    private final Map<String, RefState> refs = new HashMap<>();

    /// Whether the host has let us in. Until it has, what lies here from an earlier day, or from an
    /// earlier version of the same Secret, is not shown.
    private volatile boolean admitted;

    /// @param credential what reading is done with
    GitMirror(
            URIish address,
            GitCredential credential,
            Path directory,
            GitRemote.Surroundings surroundings) {
        admitted = credential.isNobodys();
        var folder = directory.resolve(folderName(address, credential)).toFile();
        try {
            repository =
                    (FileRepository)
                            new FileRepositoryBuilder().setGitDir(folder).setBare().build();
            if (!repository.getObjectDatabase().exists()) {
                repository.create(true);
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException("The mirror's folder cannot be used", unusable);
        }
        remote = new GitRemote(repository, address, credential, surroundings);
    }

    @Override
    public String resolve(String revision, FetchDemand demand) {
        if (admitted && ObjectId.isId(revision) && isCommit(revision)) {
            return revision;
        }
        if (!isName(revision)) {
            throw noSuchRevision(revision);
        }
        long asked = System.nanoTime();
        exchange.lock();
        try {
            var state = refs.get(revision);
            if (state == null || !state.satisfies(demand, asked)) {
                state = fetch(revision, demand);
            }
            if (state.ref().isEmpty()) {
                throw noSuchRevision(revision);
            }
            if (state.tip() == null) {
                throw new ManifestFailure(
                        "The repository %s has no commit at '%s'".formatted(shown(), revision));
            }
            return state.tip();
        } finally {
            exchange.unlock();
        }
    }

    @Override
    public List<Move> look(Collection<String> revisions) {
        var names = revisions.stream().filter(it -> !ObjectId.isId(it) && isName(it)).toList();
        if (names.isEmpty()) {
            return List.of();
        }
        exchange.lock();
        try {
            long asked = System.nanoTime();
            var there =
                    remote.refs(
                            names.stream().flatMap(it -> Look.candidates(it).stream()).toList());
            admitted = true;
            var differing = new ArrayList<Look>();
            for (var name : names) {
                var look = Look.of(name, known(name), there);
                if (look.differs()) {
                    differing.add(look);
                } else {
                    refs.put(name, look.seen(look.known().tip(), asked));
                }
            }
            return bring(differing, asked);
        } finally {
            exchange.unlock();
        }
    }

    @Override
    public Folder folder(String commit, String path) {
        try (var walk = new RevWalk(repository)) {
            var root = walk.parseCommit(ObjectId.fromString(commit)).getTree();
            var clean = clean(path);
            if (clean.isEmpty()) {
                return new TreeFolder(repository, root.getId());
            }
            try (var found = TreeWalk.forPath(repository, clean, root)) {
                if (found == null || !found.isSubtree()) {
                    throw new ManifestFailure(
                            "The path '%s' is no folder in %s at commit %s"
                                    .formatted(path, shown(), commit.substring(0, 7)));
                }
                return new TreeFolder(repository, found.getObjectId(0));
            }
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    @Override
    public Optional<List<String>> changedPaths(String before, String after) {
        if (!isCommit(before) || !isCommit(after)) {
            return Optional.empty();
        }
        try (var commits = new RevWalk(repository);
                var files = new TreeWalk(repository)) {
            files.setRecursive(true);
            files.setFilter(TreeFilter.ANY_DIFF);
            for (var commit : List.of(before, after)) {
                files.addTree(commits.parseCommit(ObjectId.fromString(commit)).getTree());
            }
            var paths = new ArrayList<String>();
            while (files.next()) {
                if (paths.size() == MAX_CHANGED_PATHS) {
                    return Optional.empty();
                }
                paths.add(files.getPathString());
            }
            return Optional.of(paths);
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    @Override
    public Written write(
            String branch, String path, GitCredential writing, Function<Folder, Change> edit) {
        exchange.lock();
        try {
            for (int attempt = 0; attempt < MAX_PUSH_ATTEMPTS; attempt++) {
                var tip = resolve(branch, FetchDemand.NEWEST);
                var state = refs.get(branch);
                if (state == null || !isBranch(state.ref())) {
                    throw new ManifestFailure(
                            "Nothing can be written to '%s' of %s: it is no branch"
                                    .formatted(branch, shown()));
                }
                var change = edit.apply(folder(tip, path));
                if (change.files().isEmpty()) {
                    return new Written(tip, false);
                }
                var commit =
                        new TreeEdit(repository)
                                .commit(ObjectId.fromString(tip), clean(path), change);
                if (remote.push(state.ref(), tip, commit, writing)) {
                    point(state.ref(), commit);
                    refs.replaceAll(
                            (_, known) ->
                                    known.ref().equals(state.ref())
                                            ? known.at(commit.name())
                                            : known);
                    return new Written(commit.name(), true);
                }
            }
            throw new ManifestFailure(
                    "The branch %s of %s moves faster than a commit can be pushed"
                            .formatted(branch, shown()));
        } catch (IOException broken) {
            throw broken(broken);
        } finally {
            exchange.unlock();
        }
    }

    @Override
    public void close() {
        repository.close();
    }

    /// Fetches one revision, whatever kind of name it is.
    private RefState fetch(String revision, FetchDemand demand) {
        long began = System.nanoTime();
        var known = refs.get(revision);
        for (var ref : Look.candidates(revision, known)) {
            boolean there = remote.fetch(List.of(ref));
            admitted = true;
            if (there) {
                if (ObjectId.isId(ref)) {
                    // JGit brings the commit, but writes no ref for one that has no name.
                    point(ref, ObjectId.fromString(ref));
                }
                var state = new RefState(ref, tip(ref), began, pushes(known, demand));
                refs.put(revision, state);
                LOG.debugf(
                        "Fetched %s of %s in %d ms",
                        ref, shown(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                return state;
            }
        }
        if (known != null) {
            forget(revision, new RefState("", null, began, pushes(known, demand)));
        }
        throw noSuchRevision(revision);
    }

    /// @param asked when the host said where they stand now
    private List<Move> bring(List<Look> differing, long asked) {
        var wanted =
                differing.stream().map(Look::ref).filter(ref -> !ref.isEmpty()).distinct().toList();
        if (!wanted.isEmpty() && !remote.fetch(wanted)) {
            throw new ManifestFailure(
                    "A ref of %s was deleted while it was fetched".formatted(shown()));
        }
        var moves = new LinkedHashSet<Move>();
        for (var look : differing) {
            var now = look.seen(look.ref().isEmpty() ? null : tip(look.ref()), asked);
            if (look.ref().isEmpty()) {
                forget(look.revision(), now);
            } else {
                refs.put(look.revision(), now);
            }
            look.move(now.tip()).ifPresent(moves::add);
        }
        return List.copyOf(moves);
    }

    private static Set<String> pushes(@Nullable RefState known, FetchDemand demand) {
        var pushes = new LinkedHashSet<String>();
        demand.pushes().forEach(push -> pushes.add(push.event()));
        if (known != null) {
            known.pushes().stream()
                    .limit(MAX_REMEMBERED_PUSHES - pushes.size())
                    .forEach(pushes::add);
        }
        return pushes;
    }

    /// What is known of a revision: after a restart, what its last fetch left on the disk.
    private RefState known(String revision) {
        var state = refs.get(revision);
        if (state != null) {
            return state;
        }
        return Look.candidates(revision).stream()
                .map(ref -> new RefState(ref, tip(ref), 0, Set.of()))
                .filter(it -> it.tip() != null)
                .findFirst()
                .orElse(new RefState("", null, 0, Set.of()));
    }

    private void forget(String revision, RefState gone) {
        refs.put(revision, gone);
        try {
            for (var ref : Look.candidates(revision)) {
                var local = repository.updateRef(GitRemote.local(ref));
                local.setForceUpdate(true);
                local.delete();
            }
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private void point(String ref, ObjectId commit) {
        try {
            var local = repository.updateRef(GitRemote.local(ref));
            local.setNewObjectId(commit);
            local.forceUpdate();
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private ManifestFailure noSuchRevision(String revision) {
        return new ManifestFailure(
                "The repository %s has no branch, tag or commit '%s'".formatted(shown(), revision));
    }

    private UncheckedIOException broken(IOException failure) {
        return new UncheckedIOException("The mirror of " + shown() + " is broken", failure);
    }

    /// By Git's own rules, which keep wildcards and colons out of what the host is asked for.
    private static boolean isName(String revision) {
        return org.eclipse.jgit.lib.Repository.isValidRefName(Constants.R_HEADS + revision);
    }

    private static boolean isBranch(String ref) {
        return ref.equals(Constants.HEAD) || ref.startsWith(Constants.R_HEADS);
    }

    private boolean isCommit(String id) {
        try (var reader = repository.newObjectReader()) {
            var object = ObjectId.fromString(id);
            return reader.has(object) && reader.open(object).getType() == Constants.OBJ_COMMIT;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private @Nullable String tip(String ref) {
        try (var walk = new RevWalk(repository)) {
            var id = repository.resolve(GitRemote.local(ref));
            return id == null ? null : walk.parseCommit(id).getName();
        } catch (IncorrectObjectTypeException noCommit) {
            return null;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private String shown() {
        return remote.shown();
    }

    private static String clean(String path) {
        var parts =
                Arrays.stream(path.split("/"))
                        .filter(part -> !part.isEmpty() && !part.equals("."))
                        .toList();
        if (new HashSet<>(parts).contains("..")) {
            throw new ManifestFailure("The path '" + path + "' leads out of the repository");
        }
        return String.join("/", parts);
    }

    private static String folderName(URIish address, GitCredential credential) {
        var name =
                credential.origin().isEmpty()
                        ? address.toPrivateASCIIString()
                        : address.toPrivateASCIIString() + "\n" + credential.origin();
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16) + ".git";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
