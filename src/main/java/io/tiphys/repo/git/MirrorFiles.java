package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Digest;
import io.tiphys.repo.Repository.CommitMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.eclipse.jgit.util.FileUtils;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What a mirror has on the disk: objects, and where refs stood when they were fetched last. An
/// [IOException] from here means that it is damaged; nothing in it is worth more than a fetch.
record MirrorFiles(FileRepository repository) implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(MirrorFiles.class);

    private static final int NAME_DIGITS = 32;
    private static final int MAX_CHECKED_COMMITS = 1_000;
    private static final int MAX_CHANGED_PATHS = 100_000;

    /// What is older is of a process that came before this one.
    private static final Instant BEGIN =
            Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());

    private static final int LONGEST_MESSAGE = 10_000;

    /// Files that a process which was killed leaves behind; elsewhere a ref may be called so.
    private static final Pattern UNFINISHED = Pattern.compile("(incoming_|insert_|noz|fold).*");

    /// Where the mirror is of what can be seen with a credential.
    static Path folder(Path directory, URIish address, GitCredential credential) {
        var name =
                credential.origin().isEmpty()
                        ? address.toPrivateASCIIString()
                        : address.toPrivateASCIIString() + "\n" + credential.origin();
        var digest = Digest.of(name).substring(Digest.KIND.length());
        return directory.resolve(digest.substring(0, NAME_DIGITS) + ".git");
    }

    /// Opens a mirror, as an empty one where there is none or what is there is damaged.
    ///
    /// @param shown the repository's address, for the log
    static MirrorFiles open(Path folder, String shown) {
        try {
            if (Files.exists(folder)) {
                try {
                    return existing(folder);
                } catch (IOException | RuntimeException damage) {
                    LOG.warnf(
                            "The mirror of %s is damaged and is built anew: %s",
                            shown, damage.getMessage());
                }
            }
            return anew(folder);
        } catch (IOException unusable) {
            throw new UncheckedIOException("The mirror's folder cannot be used", unusable);
        }
    }

    private static MirrorFiles existing(Path folder) throws IOException {
        var files = new MirrorFiles(repository(folder));
        try {
            files.removeUnfinished();
            files.check();
            return files;
        } catch (IOException | RuntimeException damage) {
            files.close();
            throw damage;
        }
    }

    /// An empty one, whatever is there now.
    static MirrorFiles anew(Path folder) throws IOException {
        delete(folder);
        var files = new MirrorFiles(repository(folder));
        files.repository.create(true);
        return files;
    }

    /// Half of a deleted mirror must not be taken for one.
    static void delete(Path folder) throws IOException {
        var doomed = folder.resolveSibling(folder.getFileName() + ".deleted");
        remove(doomed);
        if (Files.exists(folder)) {
            Files.move(folder, doomed);
            remove(doomed);
        }
    }

    /// Whether a folder is a mirror, or one that was not deleted to the end.
    static boolean isMirror(Path folder) {
        return folder.getFileName().toString().matches("[0-9a-f]{32}\\.git(\\.deleted)?");
    }

    private static void remove(Path folder) throws IOException {
        FileUtils.delete(folder.toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING);
    }

    private static FileRepository repository(Path folder) throws IOException {
        return (FileRepository)
                new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    }

    /// Whether all files can be read: refs, the commits that they name and those before them, and
    /// of each pack its index and both ends. What is wrong in the midst of a pack shows when it is
    /// read.
    void check() throws IOException {
        if (repository.exactRef(Constants.HEAD) == null) {
            throw new IOException("HEAD is missing");
        }
        for (var pack : repository.getObjectDatabase().getPacks()) {
            var objects = pack.iterator();
            if (objects.hasNext()) {
                var id = objects.next().toObjectId();
                try (var reader = repository.newObjectReader()) {
                    reader.open(id);
                }
            }
        }
        try (var walk = new RevWalk(repository)) {
            for (var ref : refs("")) {
                var id = ref.getObjectId();
                if (id != null && walk.peel(walk.parseAny(id)) instanceof RevCommit commit) {
                    walk.markStart(commit);
                }
            }
            // History that ends where nobody says that it was cut off shows here.
            int commits = 0;
            while (commits < MAX_CHECKED_COMMITS && walk.next() != null) {
                commits++;
            }
        }
    }

    /// A lock of nobody would keep a ref where it is for ever. Half of a pack only takes room.
    private void removeUnfinished() throws IOException {
        var root = repository.getDirectory().toPath();
        var objects = repository.getObjectDatabase().getDirectory().toPath();
        var packs = repository.getObjectDatabase().getPackDirectory().toPath();
        try (var walk = Files.walk(root)) {
            for (var file : walk.filter(Files::isRegularFile).toList()) {
                var name = file.getFileName().toString();
                var in = file.getParent();
                boolean isUnfinished =
                        name.endsWith(".lock")
                                || (UNFINISHED.matcher(name).matches()
                                        && (root.equals(in) || objects.equals(in)))
                                || (packs.equals(in) && !isWhole(file));
                if (isUnfinished && Files.getLastModifiedTime(file).toInstant().isBefore(BEGIN)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean isWhole(Path partOfPack) {
        var name = partOfPack.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
        return Files.exists(partOfPack.resolveSibling(name + ".pack"))
                && Files.exists(partOfPack.resolveSibling(name + ".idx"));
    }

    @Override
    public void close() {
        repository.close();
    }

    /// Whether history was cut off somewhere.
    boolean isShallow() throws IOException {
        return !repository.getObjectDatabase().getShallowCommits().isEmpty();
    }

    /// Forgets where history was cut off at commits that are not here any more.
    void forgetOldCuts() throws IOException {
        var cuts = repository.getObjectDatabase().getShallowCommits();
        var left = new HashSet<ObjectId>();
        try (var reader = repository.newObjectReader()) {
            for (var cut : cuts) {
                if (reader.has(cut)) {
                    left.add(cut);
                }
            }
        }
        if (left.size() < cuts.size()) {
            repository.getObjectDatabase().setShallowCommits(left);
        }
    }

    boolean isCommit(String id) throws IOException {
        try (var reader = repository.newObjectReader()) {
            var object = ObjectId.fromString(id);
            return reader.has(object) && reader.open(object).getType() == Constants.OBJ_COMMIT;
        }
    }

    /// The commits here whose ids begin like that.
    List<String> commits(String beginning) throws IOException {
        try (var reader = repository.newObjectReader()) {
            var ids = reader.resolve(AbbreviatedObjectId.fromString(beginning));
            var commits = Stream.<String>builder();
            for (var id : ids) {
                if (reader.open(id).getType() == Constants.OBJ_COMMIT) {
                    commits.add(id.name());
                }
            }
            return commits.build().toList();
        }
    }

    /// The commit that a ref stood for when it was fetched last; null if it was not or if it is
    /// none.
    @Nullable String tip(String ref) throws IOException {
        try (var walk = new RevWalk(repository)) {
            var id = repository.resolve(GitRemote.local(ref));
            return id == null ? null : walk.parseCommit(id).getName();
        } catch (IncorrectObjectTypeException noCommit) {
            return null;
        }
    }

    /// What the only commit here says of itself whose id begins like that, without its tags.
    Optional<CommitMetadata> described(String beginning) throws IOException {
        boolean isWhole = ObjectId.isId(beginning);
        if (isWhole && !isCommit(beginning)) {
            return Optional.empty();
        }
        var commits = isWhole ? List.of(beginning) : commits(beginning);
        if (commits.size() != 1) {
            return Optional.empty();
        }
        try (var reader = repository.newObjectReader()) {
            var id = ObjectId.fromString(commits.getFirst());
            var object = SignedObject.commit(reader.open(id).getBytes());
            var made = object.made("author");
            var message = SignedObject.readable(object.message()).strip();
            return Optional.of(
                    new CommitMetadata(
                            id.name(),
                            made.who(),
                            made.at(),
                            message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)),
                            List.of()));
        }
    }

    /// The annotated tag that a ref named when it was fetched last; null if it was none.
    @Nullable String tag(String ref) throws IOException {
        var id = repository.resolve(GitRemote.local(ref));
        if (id == null) {
            return null;
        }
        try (var reader = repository.newObjectReader()) {
            return reader.open(id).getType() == Constants.OBJ_TAG ? id.name() : null;
        }
    }

    /// The newest tag here that a constraint allows.
    Optional<String> newest(Revision constraint) throws IOException {
        return constraint.newest(refs(Constants.R_TAGS).stream().map(Ref::getName).toList());
    }

    /// As [io.tiphys.repo.Repository#changedPaths].
    Optional<List<String>> changedPaths(String before, String after) throws IOException {
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
        }
    }

    void point(String ref, ObjectId commit) throws IOException {
        var local = repository.updateRef(GitRemote.local(ref));
        local.setNewObjectId(commit);
        local.forceUpdate();
    }

    void forget(String ref) throws IOException {
        var local = repository.updateRef(GitRemote.local(ref));
        local.setForceUpdate(true);
        local.delete();
    }

    /// Notes when refs were used last, so that it outlives a restart, and forgets those that were
    /// not used since a time.
    ///
    /// @param used by names as [GitRemote#local] gives them
    /// @return those that are forgotten
    Set<String> forgetUnused(Map<String, Instant> used, Instant since) throws IOException {
        var unused = new HashSet<String>();
        for (var ref : refs(Constants.R_REFS)) {
            var file = repository.getDirectory().toPath().resolve(ref.getName());
            var use = used.get(ref.getName());
            var last = use == null ? Files.getLastModifiedTime(file).toInstant() : use;
            if (last.isBefore(since)) {
                forget(ref.getName());
                unused.add(ref.getName());
            } else if (use != null) {
                Files.setLastModifiedTime(file, FileTime.from(use));
            }
        }
        return unused;
    }

    /// What all refs stand for.
    Set<ObjectId> tips() throws IOException {
        return refs(Constants.R_REFS).stream()
                .map(Ref::getObjectId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private List<Ref> refs(String prefix) throws IOException {
        return repository.getRefDatabase().getRefsByPrefix(prefix);
    }
}
