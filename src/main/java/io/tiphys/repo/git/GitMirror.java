package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import io.tiphys.repo.Access;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ProposalBranches;
import io.tiphys.repo.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.URIish;
import org.jboss.logging.Logger;

/// The bare mirror of one repository. Only refs that somebody asked for are fetched; reads go on
/// while a fetch runs.
///
/// Long because all that a mirror is asked passes here, each by a few lines.
final class GitMirror implements Repository, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GitMirror.class);

    /// A disk that damages what was just written is not mended by writing it once more.
    private static final long MEND_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final URIish address;
    private final GitCredential credential;
    private final LargeFiles largeFiles;
    private final Path folder;
    private final Function<Access, Optional<Submodules.Visit>> visits;
    private final Function<MirrorFiles, Held> sides;

    /// Replaced, under `exchange`, when what is on the disk turns out to be damaged.
    private volatile Held held;

    /// Guarded by `exchange`.
    private OptionalLong mendedAt = OptionalLong.empty();

    /// One exchange with the host at a time: who waits usually finds that the one before brought
    /// what it needs.
    private final ReentrantLock exchange = new ReentrantLock();

    /// Guarded by `exchange`.
    private final FollowedRevisions followed;

    private final BranchWriter writer;
    private final RecentCommits recent;
    private final Verification verification;
    private final HostTags hostTags;

    /// Something that reads what is on the disk.
    interface Reading<T> {

        /// @throws IOException if that is damaged
        T of(FileRepository repository) throws IOException;
    }

    /// Something to be done once more if what is on the disk was damaged and is built anew.
    interface Work<T> {
        T run() throws IOException;
    }

    /// @param credential what reading is done with
    /// @param visits how submodules are read; empty if they are not
    GitMirror(
            URIish address,
            GitCredential credential,
            Path directory,
            GitRemote.Surroundings surroundings,
            Verification verification,
            Function<Access, Optional<Submodules.Visit>> visits) {
        this.address = address;
        this.credential = credential;
        this.largeFiles = surroundings.largeFiles();
        this.visits = visits;
        folder = MirrorFiles.folder(directory, address, credential);
        followed = new FollowedRevisions(surroundings.clock());
        writer = new BranchWriter(this, followed);
        recent = new RecentCommits(surroundings.clock());
        this.verification = verification;
        hostTags = new HostTags(surroundings.clock());
        sides =
                files -> {
                    var packs = new Packs(files.repository());
                    var remote = new GitRemote(files, packs, address, credential, surroundings);
                    return new Held(files, packs, remote, new FileHistory());
                };
        held = sides.apply(MirrorFiles.open(folder, GitFailure.withoutCredentials(address)));
    }

    @Override
    public String resolve(Revision revision, FetchDemand demand) {
        long asked = System.nanoTime();
        return mended("", () -> recent.add(resolve(revision, demand, asked)));
    }

    private String resolve(Revision revision, FetchDemand demand, long asked) throws IOException {
        var name = revision.name();
        if (revision.isCommit() && held.remote().admitted() && files().isCommit(name)) {
            var commit = ObjectId.fromString(name).name();
            followed.use(commit);
            return commit;
        }
        return alone(() -> followed.resolve(held, revision, demand, asked));
    }

    @Override
    public List<Move> look(Collection<Revision> revisions) {
        var moving =
                revisions.stream()
                        .filter(it -> !it.isCommit())
                        .filter(it -> it.tags().isPresent() || !Look.candidates(it).isEmpty())
                        .toList();
        return moving.isEmpty() ? List.of() : exchanged(() -> followed.look(held, moving));
    }

    @Override
    public Verdict verify(Revision revision, String commit, Demand.Signatures demand) {
        Optional<Verification.Tag> tag;
        exchange.lock();
        try {
            tag = followed.tag(held, revision, commit);
        } finally {
            exchange.unlock();
        }
        return read(commit, repository -> verification.verify(repository, tag, commit, demand));
    }

    @Override
    public Optional<CommitMetadata> metadata(String commit) {
        if (!held.remote().admitted()) {
            return Optional.empty();
        }
        var found = mended("", () -> files().described(commit));
        return found.map(it -> it.with(tags(it.commit())));
    }

    /// As they are known if the host is being asked for something else, or does not answer.
    private List<String> tags(String commit) {
        if (exchange.tryLock()) {
            try {
                hostTags.renew(held.remote());
            } finally {
                exchange.unlock();
            }
        }
        return hostTags.of(commit);
    }

    @Override
    public Folder folder(String commit, String path) {
        return new Checkout(this, commit, Optional.empty(), false).folder(path);
    }

    @Override
    public Folder checkout(String commit, String path, Access access) {
        return checkout(commit, visits.apply(access)).folder(path);
    }

    /// @param visit who reads it on to its submodules; empty if nobody does
    Checkout checkout(String commit, Optional<Submodules.Visit> visit) {
        return new Checkout(
                this,
                commit,
                visit.flatMap(it -> Submodules.of(this, commit, it)),
                credential.largeFiles());
    }

    @Override
    public Optional<List<String>> changedPaths(String before, String after) {
        return mended("", () -> files().changedPaths(before, after));
    }

    @Override
    public Written write(
            String branch, String path, GitCredential writing, Function<Folder, Change> edit) {
        return exchanged(() -> writer.write(branch, path, writing, edit));
    }

    @Override
    public Written restore(
            String branch,
            Map<String, String> commits,
            GitCredential writing,
            Author author,
            String message) {
        return exchanged(() -> writer.restore(branch, commits, writing, author, message));
    }

    @Override
    public ProposalBranches proposals() {
        return new ProposalWriter(this, writer);
    }

    /// With no other exchange with the host at the same time, once more if there was damage.
    <T> T exchanged(Work<T> work) {
        return mended("", () -> OwnThread.run(() -> alone(work)));
    }

    /// With no other exchange with the host at the same time.
    private <T> T alone(Work<T> work) throws IOException {
        exchange.lock();
        try {
            return work.run();
        } finally {
            exchange.unlock();
        }
    }

    /// Forgets branches and tags that were not asked for since a time, and drops what nothing leads
    /// to any more.
    void tidy(Instant since) {
        mended(
                "",
                () -> {
                    exchange.lock();
                    try {
                        followed.forgetUnused(held, since);
                    } finally {
                        exchange.unlock();
                    }
                    var side = held;
                    side.packs().prune(() -> alone(() -> roots(side)), recent.since(), exchange);
                    exchange.lock();
                    try {
                        side.files().forgetOldCuts();
                    } finally {
                        exchange.unlock();
                    }
                    Files.setLastModifiedTime(folder, FileTime.from(recent.lastUse()));
                    return side;
                });
    }

    private Set<ObjectId> roots(Held side) throws IOException {
        var roots = side.files().tips();
        followed.tips().stream().map(ObjectId::fromString).forEach(roots::add);
        for (var commit : recent.all()) {
            if (side.files().isCommit(commit)) {
                roots.add(ObjectId.fromString(commit));
            }
        }
        return roots;
    }

    /// What a pointer stands for, as a file on the disk.
    Path largeFile(LargeFile file) {
        return largeFiles.get(folder.getFileName().toString(), file, this::lfsServer);
    }

    private LfsServer lfsServer(boolean asked) {
        exchange.lock();
        try {
            return held.remote().lfsServer(asked);
        } finally {
            exchange.unlock();
        }
    }

    /// When somebody asked for something last.
    Instant lastUse() {
        return recent.lastUse();
    }

    /// Closes it and leaves nothing of it on the disk.
    void delete() throws IOException {
        close();
        MirrorFiles.delete(folder);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        files().close();
    }

    /// Reads what a commit that was given out holds. If it cannot be read, it is brought again.
    <T> T read(String commit, Reading<T> reading) {
        return mended(commit, () -> reading.of(files().repository()));
    }

    /// @param commit that must be there for it; empty if none
    private <T> T mended(String commit, Work<T> work) {
        var before = held;
        try {
            return work.run();
        } catch (IOException damage) {
            mend(before, commit, damage);
        } catch (RuntimeException failure) {
            // So JGit tells of settings that it cannot read.
            if (failure.getClass() != RuntimeException.class
                    || !(failure.getCause() instanceof IOException damage)) {
                throw failure;
            }
            mend(before, commit, damage);
        }
        try {
            return work.run();
        } catch (IOException still) {
            throw new ManifestFailure(
                    "The mirror of %s cannot be read, and building it anew did not help: %s"
                            .formatted(shown(), still.getMessage()),
                    true);
        }
    }

    /// @param before what the damage was found in
    private void mend(Held before, String commit, IOException damage) {
        exchange.lock();
        try {
            boolean isForgotten =
                    !commit.isEmpty() && !hasCommit(commit) && !followed.tips().contains(commit);
            // It is no wonder that a commit is not there where nothing stands that is followed.
            if (held.equals(before) && !isForgotten) {
                build(damage);
            }
            if (!commit.isEmpty() && !hasCommit(commit)) {
                bring(commit);
            }
        } catch (IOException still) {
            throw new ManifestFailure(
                    "The mirror of %s cannot be built anew: %s"
                            .formatted(shown(), still.getMessage()),
                    true);
        } finally {
            exchange.unlock();
        }
    }

    private boolean hasCommit(String commit) {
        try {
            return files().isCommit(commit);
        } catch (IOException damaged) {
            return false;
        }
    }

    private void bring(String commit) throws IOException {
        if (!held.remote().fetch(List.of(commit))) {
            throw new ManifestFailure(
                    "The repository %s no longer has the commit %s".formatted(shown(), commit),
                    true);
        }
        files().point(commit, ObjectId.fromString(commit));
    }

    /// Puts an empty mirror in the damaged one's place, and all there that was known before.
    private void build(IOException damage) throws IOException {
        long now = System.nanoTime();
        if (mendedAt.isPresent() && now - mendedAt.getAsLong() < MEND_EVERY_NANOS) {
            throw new ManifestFailure(
                    "The mirror of %s is damaged again: %s".formatted(shown(), damage.getMessage()),
                    true);
        }
        mendedAt = OptionalLong.of(now);
        LOG.warnf(
                "The mirror of %s is damaged and is built anew: %s", shown(), damage.getMessage());
        files().close();
        held = sides.apply(MirrorFiles.anew(folder));
        followed.bringAll(held);
    }

    /// Its two sides, as long as the mirror is not built anew.
    Held held() {
        return held;
    }

    private MirrorFiles files() {
        return held.files();
    }

    /// With whatever credentials are in it.
    String address() {
        return address.toPrivateString();
    }

    /// The address, for messages.
    String shown() {
        return held.shown();
    }
}
