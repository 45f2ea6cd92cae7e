package io.tiphys.repo.git;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Identities;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/// The host's side of a mirror. Every call is one exchange over the network, counted and timed
/// under Argo CD's names; what goes wrong is told without credentials.
final class GitRemote {

    /// Argo CD's names and buckets. Micrometer adds `_total` and `_seconds`.
    private static final String REQUESTS = "argocd_git_request";
    private static final String DURATION = "argocd_git_request_duration";

    private static final Duration[] BUCKETS =
            Stream.of(100, 250, 500, 1000, 2000, 4000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    /// What is in the words of hosts to whose branch somebody else pushed meanwhile: of Git, which
    /// changed its words over time, and of JGit, on which Gerrit runs.
    private static final List<String> MOVED_MEANWHILE =
            List.of(
                    "cannot lock ref",
                    "failed to update ref",
                    "incorrect old value",
                    "reference already exists",
                    "failed to lock",
                    "invalid old id");

    private static final Pattern NO_SUCH_REF =
            Pattern.compile("does not have|not our ref|want \\w+ not valid");

    private final MirrorFiles files;
    private final Repository repository;
    private final Packs packs;
    private final URIish address;
    private final GitCredential credential;
    private final Duration timeout;
    private final boolean byApi;
    private final MeterRegistry meters;
    private final Identities identities;

    /// What all remotes share.
    ///
    /// @param timeout limit on one exchange
    /// @param byApi whether the host makes commits, by its API
    record Surroundings(
            Duration timeout,
            boolean byApi,
            MeterRegistry meters,
            Identities identities,
            InstantSource clock,
            LargeFiles largeFiles) {}

    /// Made when it is needed first: what is wrong with the credential is told to whoever asks.
    private @Nullable HostAccess access;

    private volatile boolean admitted;

    private final AtomicLong fetches = new AtomicLong();

    /// @param files where what is fetched goes
    /// @param credential what reading is done with
    GitRemote(
            MirrorFiles files,
            Packs packs,
            URIish address,
            GitCredential credential,
            Surroundings surroundings) {
        this.files = files;
        admitted = credential.isNobodys();
        repository = files.repository();
        this.packs = packs;
        this.address = address;
        this.credential = credential;
        this.timeout = surroundings.timeout();
        byApi = surroundings.byApi();
        this.meters = surroundings.meters();
        this.identities = surroundings.identities();
    }

    /// The refs of these full names that the host has, and those that begin so. One small question
    /// where it speaks Git's protocol of version 2: it is told all of them as prefixes and leaves
    /// the other refs out.
    Map<String, Ref> refs(Collection<String> names, Collection<String> beginnings) {
        var timer = Timer.start(meters);
        var asked = Stream.concat(names.stream(), beginnings.stream()).toArray(String[]::new);
        try (var transport = open(access());
                var connection = transport.openFetch(List.of(), asked)) {
            admitted = true;
            var found = new HashMap<>(connection.getRefsMap());
            var wanted = Set.copyOf(names);
            found.keySet()
                    .removeIf(
                            ref ->
                                    !wanted.contains(ref)
                                            && beginnings.stream().noneMatch(ref::startsWith));
            return found;
        } catch (NotSupportedException | TransportException failure) {
            throw new GitFailure(address, credential, "cannot be read")
                    .of(failure, access().problem());
        } finally {
            count("ls-remote", timer);
        }
    }

    /// Whether the host has let us in. Until it has, what lies here from an earlier day, or from an
    /// earlier version of the same Secret, must not be shown.
    boolean admitted() {
        return admitted;
    }

    /// Brings refs, and bare commits, each to its [#local] name.
    ///
    /// @return false if the host lacks one of them
    /// @throws IOException if the mirror is damaged
    boolean fetch(Collection<String> refs) throws IOException {
        var timer = Timer.start(meters);
        try (var transport = open(access())) {
            transport.setTagOpt(TagOpt.NO_TAGS);
            limitHistory(transport);
            fetch(transport, refs);
            admitted = true;
            packs.tidy();
            return true;
        } catch (NotSupportedException | TransportException failure) {
            // The only sign that there is no such ref: JGit's words, Git's and those of JGit's
            // own server.
            if (NO_SUCH_REF.matcher(String.valueOf(failure.getMessage())).find()) {
                admitted = true;
                return false;
            }
            // JGit tells what is wrong here and what is wrong there by the same exception.
            files.check();
            throw new GitFailure(address, credential, "cannot be read")
                    .of(failure, access().problem());
        } finally {
            fetches.incrementAndGet();
            count("fetch", timer);
        }
    }

    /// How often something was brought, or may have been.
    long fetches() {
        return fetches.get();
    }

    /// If its Secret says nothing of a depth any more, what was left out before is brought.
    private void limitHistory(Transport transport) throws IOException {
        int depth = depth();
        if (depth > 0) {
            transport.setDepth(depth);
        } else if (files.isShallow()) {
            transport.setDepth(Constants.INFINITE_DEPTH);
        }
    }

    private int depth() {
        try {
            int depth = credential.depth().isEmpty() ? 0 : Integer.parseInt(credential.depth());
            if (depth >= 0) {
                return depth;
            }
        } catch (NumberFormatException none) {
            // As a negative one.
        }
        throw new ManifestFailure(
                "The Secret %s cannot be used: its depth is no number of commits"
                        .formatted(credential.origin()));
    }

    private void fetch(Transport transport, Collection<String> refs) throws IOException {
        var wanted = refs.stream().map(ref -> new RefSpec("+" + ref + ":" + local(ref))).toList();
        var fetched = transport.fetch(NullProgressMonitor.INSTANCE, wanted);
        var inTheWay = false;
        for (var update : fetched.getTrackingRefUpdates()) {
            if (update.getResult() == RefUpdate.Result.LOCK_FAILURE) {
                // A branch `a` that there was here leaves no room for a branch `a/b`.
                for (var name :
                        repository.getRefDatabase().getConflictingNames(update.getLocalName())) {
                    files.forget(name);
                    inTheWay = true;
                }
            }
        }
        if (inTheWay) {
            transport.fetch(NullProgressMonitor.INSTANCE, wanted);
        }
    }

    /// @param ref full name of a branch, or `HEAD` for the default branch
    /// @param writing what pushing is done with
    /// @return false if the branch has moved since `expected`
    /// @throws IOException if the mirror is damaged
    boolean push(String ref, String expected, ObjectId commit, GitCredential writing)
            throws IOException {
        return push(ref, expected, commit, false, writing);
    }

    /// The same in place of what is there, as long as that is what is expected.
    ///
    /// @param commit zero to delete it
    boolean replace(String ref, String expected, ObjectId commit, GitCredential writing)
            throws IOException {
        return push(ref, expected, commit, true, writing);
    }

    private boolean push(
            String ref, String expected, ObjectId commit, boolean force, GitCredential writing)
            throws IOException {
        var target = ref.equals(Constants.HEAD) ? defaultBranch() : ref;
        var pushing =
                writing.equals(credential)
                        ? access()
                        : HostAccess.of(address, writing, repository.getDirectory(), identities);
        try (var transport = open(pushing)) {
            var update =
                    new RemoteRefUpdate(
                            repository,
                            (String) null,
                            commit,
                            target,
                            force,
                            null,
                            ObjectId.fromString(expected));
            transport.push(NullProgressMonitor.INSTANCE, List.of(update));
            return switch (update.getStatus()) {
                case OK, UP_TO_DATE -> true;
                case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> false;
                case REJECTED_OTHER_REASON -> {
                    var reason = String.valueOf(update.getMessage());
                    if (MOVED_MEANWHILE.stream().anyMatch(reason::contains)) {
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
            files.check();
            throw new GitFailure(address, writing, "cannot be written")
                    .of(failure, pushing.problem());
        }
    }

    /// Whether the host makes the commits, and nothing is pushed to a branch that is there.
    boolean makesCommits() {
        return byApi;
    }

    /// How the address begins that the commits are by that the host makes.
    ///
    /// @param writing whose commits they are
    String maker(GitCredential writing) {
        return new GitHubCommits(address, writing, identities, timeout).author();
    }

    /// Has the host make a commit of its own that changes what one of ours does.
    ///
    /// @param ref full name of a branch, or `HEAD` for the default branch
    /// @param writing whose commit it is
    /// @return its id; empty if the branch has moved since `expected`
    /// @throws IOException if the mirror is damaged
    Optional<String> make(String ref, String expected, ObjectId commit, GitCredential writing)
            throws IOException {
        var host = new GitHubCommits(address, writing, identities, timeout);
        var target = ref.equals(Constants.HEAD) ? defaultBranch() : ref;
        try (var walk = new RevWalk(repository)) {
            return host.create(
                    Repository.shortenRefName(target),
                    expected,
                    walk.parseCommit(commit).getFullMessage(),
                    new TreeEdit(files.repository())
                            .difference(ObjectId.fromString(expected), commit));
        }
    }

    /// Where large files are.
    ///
    /// @param asked whether it wanted to know who asks
    LfsServer lfsServer(boolean asked) {
        return access().lfsServer(asked, timeout);
    }

    /// Where a fetched ref stands in the mirror; `HEAD` and bare commits need a name of their own.
    static String local(String ref) {
        return ref.startsWith("refs/") ? ref : "refs/tiphys/" + ref;
    }

    /// The address, for messages.
    String shown() {
        return GitFailure.withoutCredentials(address);
    }

    /// The branch that the host's `HEAD` stands for: pushing to `HEAD` itself is not possible.
    String defaultBranch() {
        return Optional.ofNullable(refs(List.of(Constants.HEAD), List.of()).get(Constants.HEAD))
                .filter(Ref::isSymbolic)
                .map(head -> head.getTarget().getName())
                .orElseThrow(
                        () ->
                                new ManifestFailure(
                                        shown()
                                                + " does not say which branch HEAD is: name the"
                                                + " branch"));
    }

    private HostAccess access() {
        var known = access;
        if (known == null) {
            known = HostAccess.of(address, credential, repository.getDirectory(), identities);
            access = known;
        }
        return known;
    }

    private Transport open(HostAccess by) throws NotSupportedException, TransportException {
        var transport = Transport.open(repository, address);
        // To JGit, none at all would mean for ever.
        transport.setTimeout((int) Math.max(1, timeout.toSeconds()));
        by.prepare(transport);
        return transport;
    }

    private void count(String type, Timer.Sample began) {
        began.stop(
                Timer.builder(DURATION)
                        .tags("repo", shown(), "request_type", type)
                        .serviceLevelObjectives(BUCKETS)
                        .register(meters));
        meters.counter(REQUESTS, "repo", shown(), "request_type", type).increment();
    }
}
