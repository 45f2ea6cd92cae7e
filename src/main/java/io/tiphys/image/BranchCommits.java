package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.channel.EventChannel;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.CommitWindow;
import io.tiphys.core.image.CommitWindow.Company;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.InvalidTemplateException;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.core.image.WriteBackPlan;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.image.Companions.Push;
import io.tiphys.repo.Digest;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.Repository.Written;
import io.tiphys.store.CommitKeys;
import io.tiphys.store.ImageUpdaterSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Commits to branches, one commit for all that is asked of a branch at the same time. Who comes
/// first commits for those who come while the branch is fetched, for all that the same push asks
/// for, and, if others came or there was a commit just before, for those who come shortly after;
/// later ones are in the next commit.
@Singleton
class BranchCommits {

    /// In one commit.
    private static final int MOST = 1_000;

    private static final int MOST_TIPS = 1_000;

    /// A mirror may drop what nothing leads to any more after that, and be dropped itself.
    private static final Duration KNOWN_FOR = Duration.ofHours(1);

    /// Who is waited for may come to another branch's queue, or end.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Repositories repositories;
    private final Supplier<CommitStyle> style;
    private final Supplier<CommitSigning> signing;
    private final Proposals proposals;
    private final Companions companions;
    private final Consumer<ChangeEvent> told;
    private final Clock clock = Clock.systemUTC();

    /// As many as Applications name.
    private final ConcurrentHashMap<Branch, Queue> queues = new ConcurrentHashMap<>();

    private final Cache<Branch, Tip> tips =
            Caffeine.newBuilder().maximumSize(MOST_TIPS).expireAfterWrite(KNOWN_FOR).build();

    /// @param pushed the branch that is pushed to, a template; empty for the same
    /// @param owner where there is such a template: its changes are not mixed with others'
    /// @param proposing how changes are proposed; empty if they are made
    record Branch(
            String repoUrl,
            GitCredential reading,
            GitCredential writing,
            String name,
            Optional<String> pushed,
            Optional<ApplicationId> owner,
            Optional<Proposing> proposing) {}

    /// @param api what the host's API is shown
    record Proposing(WriteBackPlan.Proposal proposal, GitCredential api) {}

    /// A new tag for one Application.
    record Request(
            Application application,
            TrackedImage image,
            WriteBackPlan.Target target,
            FileEdit.Choice choice) {}

    /// @param changes what of the request is in a new commit
    /// @param note what became of its proposal, empty if it was none
    record Outcome(String commit, List<CommitStyle.Change> changes, String note) {}

    private static final class Queue {
        final ReentrantLock turn = new ReentrantLock();
        final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

        /// How many are about to wait.
        final AtomicInteger near = new AtomicInteger();

        /// When the last commit was pushed, by `System.nanoTime()`. Guarded by the turn.
        long last = System.nanoTime() - CommitWindow.LONGEST.toNanos();
    }

    /// The files of a branch as far as is known.
    ///
    /// @param repository that they are read from, as long as nobody put another in its place
    private record Tip(Repository repository, Folder root) {}

    @Inject
    BranchCommits(
            Repositories repositories,
            ImageUpdaterSettings settings,
            CommitKeys keys,
            Proposals proposals,
            Companions companions,
            EventChannel channel) {
        this(
                repositories,
                settings::commits,
                keys::signing,
                proposals,
                companions,
                it -> {
                    var _ = channel.publish(it);
                });
    }

    /// @param style of commits, at the time
    /// @param signing of them, at the time
    /// @param told of commits
    BranchCommits(
            Repositories repositories,
            Supplier<CommitStyle> style,
            Supplier<CommitSigning> signing,
            Proposals proposals,
            Companions companions,
            Consumer<ChangeEvent> told) {
        this.repositories = repositories;
        this.style = style;
        this.signing = signing;
        this.proposals = proposals;
        this.companions = companions;
        this.told = told;
    }

    /// Returns when the request is carried out.
    ///
    /// @param asked what it came of
    /// @throws RefusedEditException if a file cannot be edited
    /// @throws UnreadableManifestException if it is no YAML
    /// @throws ManifestFailure if the repository cannot be read or written
    Outcome write(Branch branch, Request request, WriteBack asked) {
        var queue = queues.computeIfAbsent(branch, _ -> new Queue());
        var mine = join(branch, queue, request, asked);
        queue.turn.lock();
        try {
            while (mine.written == null && mine.failure == null) {
                commit(branch, queue);
            }
        } finally {
            queue.turn.unlock();
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        var written = mine.written;
        return new Outcome(
                written == null ? "" : written.commit(),
                written != null && written.changed() ? mine.changes : List.of(),
                mine.note);
    }

    private Waiting join(Branch branch, Queue queue, Request request, WriteBack asked) {
        queue.near.incrementAndGet();
        try {
            var mine = new Waiting(request, asked, early(branch, queue, request));
            queue.waiting.add(mine);
            return mine;
        } finally {
            queue.near.decrementAndGet();
        }
    }

    /// Who must wait for others edits meanwhile, for the case that nobody else has pushed.
    private Optional<MadeEdit> early(Branch branch, Queue queue, Request request) {
        return queue.turn.isLocked()
                ? Optional.ofNullable(tips.getIfPresent(branch))
                        .filter(it -> it.repository.equals(repository(branch)))
                        .map(it -> MadeEdit.of(new EditedFiles(it.root), request))
                : Optional.empty();
    }

    private Repository repository(Branch branch) {
        return repositories.of(branch.repoUrl(), branch.reading());
    }

    private void commit(Branch branch, Queue queue) {
        var taken = new ArrayList<Waiting>();
        try {
            if (branch.proposing().isPresent()) {
                var told =
                        proposals.write(
                                branch,
                                files ->
                                        new Proposals.Edited(
                                                gather(queue, files, taken),
                                                taken.stream().allMatch(it -> it.failure == null)));
                taken.forEach(it -> tell(it, told));
                return;
            }
            var repository = repository(branch);
            var written =
                    repository.write(
                            branch.name(),
                            "",
                            branch.writing(),
                            root -> {
                                tips.put(branch, new Tip(repository, root));
                                return edit(branch, queue, root, taken);
                            });
            taken.forEach(it -> it.written = written);
            if (written.changed()) {
                queue.last = System.nanoTime();
                told.accept(event(branch, written.commit()));
                tips.put(branch, new Tip(repository, repository.folder(written.commit(), "")));
            }
        } catch (RuntimeException failure) {
            // Who waited would fail the same way, each after as long a time.
            queue.waiting.drainTo(taken);
            taken.stream()
                    .filter(it -> it.written == null && it.failure == null)
                    .forEach(it -> it.failure = failure);
        }
    }

    /// What is pushed to another branch than the one that is read is for people to merge.
    private ChangeEvent event(Branch branch, String commit) {
        return branch.pushed().isPresent()
                ? ChangeEvent.created(branch.repoUrl(), commit, clock.instant())
                : ChangeEvent.merged(branch.repoUrl(), commit, clock.instant());
    }

    /// Edits for those who wait, for some while others are still on their way. Nobody is waited for
    /// again after the branch moved.
    ///
    /// @param taken who is in the commit already; others are added
    private List<CommitStyle.Change> gather(Queue queue, EditedFiles files, List<Waiting> taken) {
        boolean waits = taken.isEmpty();
        taken.forEach(it -> it.edit(files));
        var pushes = new HashSet<Push>();
        taken.forEach(it -> pushes.add(it.push));
        long waited = 0;
        while (taken.size() < MOST) {
            var more = new ArrayList<Waiting>();
            queue.waiting.drainTo(more, MOST - taken.size());
            if (more.isEmpty()) {
                long began = System.nanoTime();
                var company = company(queue, pushes, taken.size());
                var left = left(queue, began, waited, taken, company);
                if (!waits || !left.isPositive() || Thread.currentThread().isInterrupted()) {
                    break;
                }
                next(queue, left).ifPresent(more::add);
                waited += company == Company.NEAR ? 0 : System.nanoTime() - began;
            }
            more.forEach(it -> companions.came(it.asked));
            more.forEach(it -> pushes.add(it.push));
            taken.addAll(more);
            more.forEach(it -> it.edit(files));
        }
        return taken.stream().flatMap(it -> it.changes.stream()).toList();
    }

    private Company company(Queue queue, Set<Push> pushes, int here) {
        // Asked first: who is near may come in between.
        boolean near = queue.near.get() > 0;
        var company = companions.company(pushes, here);
        return near && company == Company.MISSED ? Company.NEAR : company;
    }

    private static Duration left(
            Queue queue, long now, long waited, List<Waiting> taken, Company company) {
        return CommitWindow.left(
                Duration.ofNanos(waited),
                Duration.ofNanos(now - queue.last),
                Duration.ofNanos(taken.isEmpty() ? 0 : now - taken.getLast().came),
                company);
    }

    private static Optional<Waiting> next(Queue queue, Duration left) {
        var wait = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
        try {
            return Optional.ofNullable(queue.waiting.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Change edit(Branch branch, Queue queue, Folder root, List<Waiting> taken) {
        var files = new EditedFiles(root);
        var changes = gather(queue, files, taken);
        var made = List.copyOf(taken);
        // While the commit is made.
        var _ = Thread.startVirtualThread(() -> made.forEach(Waiting::check));
        var now = style.get();
        return new Change(
                files.edited(),
                changes.isEmpty() ? "" : now.message(changes),
                new Author(now.user(), now.mail(), signing.get()),
                changes.isEmpty()
                        ? Optional.empty()
                        : branch.pushed().map(it -> branchName(it, changes)),
                // All of them, so that none is found out in a later try.
                () -> made.stream().filter(it -> !it.isSound()).count() == 0);
    }

    /// Of a proposal it counts what it comes to, with what was proposed before.
    private static void tell(Waiting one, Proposals.Told told) {
        var id = one.request.application().id();
        one.written = new Written(told.commit(), told.acted());
        one.note = told.note();
        one.changes =
                told.changes().stream()
                        .filter(it -> it.application().equals(id.name()))
                        .filter(it -> it.namespace().equals(id.namespace()))
                        .filter(it -> it.image().equals(one.request.image().spelled()))
                        .filter(it -> it.alias().equals(one.request.image().alias().orElse("")))
                        .toList();
    }

    private static String branchName(String template, List<CommitStyle.Change> changes) {
        try {
            return CommitStyle.branch(
                    template,
                    changes,
                    it -> Digest.of(it.getBytes(StandardCharsets.UTF_8)).replaceFirst(".*:", ""));
        } catch (InvalidTemplateException invalid) {
            throw new RefusedEditException("git-branch: " + invalid.getMessage());
        }
    }
}
