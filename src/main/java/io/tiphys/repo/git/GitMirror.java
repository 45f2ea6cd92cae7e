package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
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

    private final URIish address;
    private final int timeoutSeconds;
    private final FileRepository repository;

    /// One exchange with the host at a time: who waits usually finds that the one before brought
    /// what it needs.
    private final ReentrantLock exchange = new ReentrantLock();

    /// Guarded by `exchange`.
    private final Map<String, RefState> refs = new HashMap<>();

    GitMirror(URIish address, Path directory, Duration timeout) {
        this.address = address;
        // To JGit, none at all would mean for ever.
        this.timeoutSeconds = (int) Math.max(1, timeout.toSeconds());
        var folder = directory.resolve(folderName(address)).toFile();
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
    }

    @Override
    public String resolve(String revision, FetchDemand demand) {
        if (ObjectId.isId(revision) && isCommit(revision)) {
            return revision;
        }
        // Git's own rules for names keep wildcards and colons out of the ref specification below.
        if (!org.eclipse.jgit.lib.Repository.isValidRefName(Constants.R_HEADS + revision)) {
            throw noSuchRevision(revision);
        }
        long asked = System.nanoTime();
        exchange.lock();
        try {
            var state = refs.get(revision);
            if (state == null || !state.satisfies(demand, asked)) {
                state = fetch(revision, demand);
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
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
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
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
        }
    }

    @Override
    public Written write(String branch, String path, Function<Folder, Change> edit) {
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
                if (push(state.ref(), tip, commit)) {
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
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
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
        // A branch may have become a tag since, or the other way round.
        var candidates = new LinkedHashSet<String>();
        if (known != null) {
            candidates.add(known.ref());
        }
        candidates.addAll(candidates(revision));
        for (var ref : candidates) {
            if (fetchRef(ref)) {
                var pushes = new LinkedHashSet<String>();
                demand.pushes().forEach(push -> pushes.add(push.event()));
                if (known != null) {
                    known.pushes().stream()
                            .limit(MAX_REMEMBERED_PUSHES - pushes.size())
                            .forEach(pushes::add);
                }
                var state = new RefState(ref, tip(ref), began, pushes);
                refs.put(revision, state);
                LOG.debugf(
                        "Fetched %s of %s in %d ms",
                        ref, shown(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                return state;
            }
        }
        refs.remove(revision);
        throw noSuchRevision(revision);
    }

    private ManifestFailure noSuchRevision(String revision) {
        return new ManifestFailure(
                "The repository %s has no branch, tag or commit '%s'".formatted(shown(), revision));
    }

    private static List<String> candidates(String revision) {
        if (revision.equals(Constants.HEAD) || revision.startsWith("refs/")) {
            return List.of(revision);
        }
        return ObjectId.isId(revision)
                ? List.of(revision)
                : List.of(Constants.R_HEADS + revision, Constants.R_TAGS + revision);
    }

    /// @return false if the host has no such ref
    private boolean fetchRef(String ref) {
        try (var transport = open()) {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.fetch(
                    NullProgressMonitor.INSTANCE,
                    List.of(new RefSpec("+" + ref + ":" + local(ref))));
            if (ObjectId.isId(ref)) {
                // JGit brings the commit, but writes no ref for one that has no name.
                var named = repository.updateRef(local(ref));
                named.setNewObjectId(ObjectId.fromString(ref));
                named.forceUpdate();
            }
            return true;
        } catch (NoRemoteRepositoryException missing) {
            throw new ManifestFailure("There is no Git repository at " + shown());
        } catch (TransportException | NotSupportedException failure) {
            // The only sign that there is no such ref: JGit's words, Git's and those of JGit's
            // own server.
            var message = String.valueOf(failure.getMessage());
            if (Stream.of("does not have", "not our ref", "not valid")
                    .anyMatch(message::contains)) {
                return false;
            }
            throw new ManifestFailure(
                    "The repository %s cannot be read: %s".formatted(shown(), reason(failure)),
                    true);
        } catch (IOException broken) {
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
        }
    }

    private static boolean isBranch(String ref) {
        return ref.equals(Constants.HEAD) || ref.startsWith(Constants.R_HEADS);
    }

    /// @return false if the branch has moved since `expected`
    private boolean push(String ref, String expected, ObjectId commit) throws IOException {
        var target = ref.equals(Constants.HEAD) ? defaultBranch() : ref;
        try (var transport = open()) {
            var update =
                    new RemoteRefUpdate(
                            repository,
                            (String) null,
                            commit,
                            target,
                            false,
                            null,
                            ObjectId.fromString(expected));
            transport.push(NullProgressMonitor.INSTANCE, List.of(update));
            return switch (update.getStatus()) {
                case OK, UP_TO_DATE -> {
                    var local = repository.updateRef(local(ref));
                    local.setNewObjectId(commit);
                    local.forceUpdate();
                    yield true;
                }
                case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> false;
                case REJECTED_OTHER_REASON -> {
                    if (String.valueOf(update.getMessage()).contains("lock")) {
                        yield false;
                    }
                    throw new ManifestFailure(
                            "%s refused the push to %s: %s"
                                    .formatted(shown(), target, update.getMessage()));
                }
                case REJECTED_NODELETE, NON_EXISTING, NOT_ATTEMPTED, AWAITING_REPORT ->
                        throw new ManifestFailure(
                                "%s did not take the push to %s: %s"
                                        .formatted(shown(), target, update.getStatus()));
            };
        } catch (TransportException | NotSupportedException failure) {
            throw new ManifestFailure(
                    "Pushing to %s failed: %s".formatted(shown(), reason(failure)), true);
        }
    }

    /// The branch that the host's `HEAD` stands for: pushing to `HEAD` itself is not possible.
    private String defaultBranch() throws IOException {
        try (var transport = open();
                var connection = transport.openFetch()) {
            var head = connection.getRef(Constants.HEAD);
            if (head != null && head.isSymbolic()) {
                return head.getTarget().getName();
            }
            throw new ManifestFailure(
                    shown() + " does not say which branch HEAD is: name the branch");
        }
    }

    private Transport open() throws NotSupportedException, TransportException {
        var transport = Transport.open(repository, address);
        transport.setTimeout(timeoutSeconds);
        return transport;
    }

    private boolean isCommit(String id) {
        try (var reader = repository.newObjectReader()) {
            var object = ObjectId.fromString(id);
            return reader.has(object) && reader.open(object).getType() == Constants.OBJ_COMMIT;
        } catch (IOException broken) {
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
        }
    }

    private @Nullable String tip(String ref) {
        try (var walk = new RevWalk(repository)) {
            var id = repository.resolve(local(ref));
            return id == null ? null : walk.parseCommit(id).getName();
        } catch (IncorrectObjectTypeException noCommit) {
            return null;
        } catch (IOException broken) {
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
        }
    }

    /// Where a fetched ref stands in the mirror; `HEAD` and bare commits need a name of their own.
    private static String local(String ref) {
        return ref.startsWith("refs/") ? ref : "refs/tiphys/" + ref;
    }

    private String shown() {
        return withoutCredentials(address);
    }

    /// For messages. A user's name may be a token, and goes too.
    static String withoutCredentials(URIish address) {
        return address.setUser(null).setPass(null).toString();
    }

    private static String reason(Exception failure) {
        var message = String.valueOf(failure.getMessage());
        int colon = message.indexOf(": ");
        return message.startsWith("http") && colon > 0 ? message.substring(colon + 2) : message;
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

    private static String folderName(URIish address) {
        try {
            var digest =
                    java.security.MessageDigest.getInstance("SHA-256")
                            .digest(
                                    address.toPrivateASCIIString()
                                            .getBytes(StandardCharsets.UTF_8));
            return java.util.HexFormat.of().formatHex(digest, 0, 16) + ".git";
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
