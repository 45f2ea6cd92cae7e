package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ProposalBranches;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.Repository.Written;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/// Writes branches that propose a change of another.
record ProposalWriter(GitMirror mirror, BranchWriter writer) implements ProposalBranches {

    private static final String REVIEW = "refs/for/";

    /// Behind the name of a branch, of the one beside it that a host makes a commit on.
    private static final String BESIDE = ".new";

    /// As Gerrit says that it has a change already.
    private static final List<String> NOTHING_NEW = List.of("no new changes", "no changes made");

    /// Where our branch stands.
    ///
    /// @param fork the commit that it changes; empty if that is not known
    /// @param author of its last commit
    /// @param alone whether that is all there is to it, so that nothing is lost with it
    private record Tip(String commit, Optional<String> fork, Author author, boolean alone) {

        String shown() {
            return "%s <%s>".formatted(author.name(), author.mail());
        }
    }

    @Override
    public Proposed propose(
            String base, String head, GitCredential writing, Function<Standing, Change> edit) {
        return mirror.exchanged(() -> proposed(Revision.named(base), head, writing, edit));
    }

    @Override
    public Written review(String branch, GitCredential writing, Function<Folder, Change> edit) {
        return mirror.exchanged(() -> reviewed(Revision.named(branch), writing, edit));
    }

    @Override
    public void delete(String head, String commit, GitCredential writing) {
        var _ = mirror.exchanged(() -> deleted(head, commit, writing));
    }

    private Proposed proposed(
            Revision base, String head, GitCredential writing, Function<Standing, Change> edit)
            throws IOException {
        var target = Constants.R_HEADS + head;
        if (!Repository.isValidRefName(target)) {
            throw new ManifestFailure("'%s' cannot be the name of a branch".formatted(head));
        }
        for (int attempt = 0; attempt < BranchWriter.MAX_ATTEMPTS; attempt++) {
            var from = mirror.resolve(base, FetchDemand.NEWEST);
            var held = mirror.held();
            var name = name(writer.ref(base, held), held);
            if (name.equals(head)) {
                throw new ManifestFailure("'%s' cannot be proposed to itself".formatted(head));
            }
            var tip = tip(held, target, from);
            var before = tip.filter(Tip::alone).flatMap(this::before);
            var change = edit.apply(new Standing(mirror.folder(from, ""), before));
            boolean ours = tip.isPresent() && isOurs(held, tip.get(), change.author(), writing);
            if (change.files().isEmpty()) {
                var left = ours ? tip.map(Tip::commit).orElse("") : "";
                return new Proposed(name, left, false, false);
            }
            if (tip.isPresent() && !ours) {
                throw new ManifestFailure(
                        "The branch %s of %s has a commit by %s, and is left to them: what they began must be merged, or the branch deleted"
                                .formatted(head, held.shown(), tip.get().shown()));
            }
            if (tip.isPresent() && proposesAlready(held, tip.get(), change.files())) {
                return new Proposed(name, tip.get().commit(), true, false);
            }
            var commit = BranchWriter.commit(held, from, "", change);
            var expected = tip.map(Tip::commit).orElse(ObjectId.zeroId().name());
            var proposed = replace(held, target, expected, from, commit, writing);
            if (proposed.isPresent()) {
                held.files().point(target, proposed.get());
                return new Proposed(name, proposed.get().name(), true, true);
            }
        }
        throw writer.tooFast(base);
    }

    /// Whether nothing of somebody else's is lost with it.
    private static boolean isOurs(Held held, Tip tip, Author service, GitCredential writing) {
        var mail = tip.author().mail();
        return tip.alone()
                && (mail.equals(service.mail())
                        || (held.remote().makesCommits()
                                && mail.startsWith(held.remote().maker(writing))));
    }

    /// @return the commit that stands in the branch; empty if somebody else was quicker
    private static Optional<ObjectId> replace(
            Held held,
            String target,
            String expected,
            String from,
            ObjectId commit,
            GitCredential writing)
            throws IOException {
        if (!held.remote().makesCommits()) {
            return held.remote().replace(target, expected, commit, writing)
                    ? Optional.of(commit)
                    : Optional.empty();
        }
        // A host makes commits where a branch stands. Were that the one that proposes, it would for
        // a moment propose nothing, and its request be closed.
        var beside = target + BESIDE;
        var there = Look.commit(held.remote().refs(List.of(beside), List.of()).get(beside));
        var left = there == null ? ObjectId.zeroId().name() : there;
        if (!held.remote().replace(beside, left, ObjectId.fromString(from), writing)) {
            return Optional.empty();
        }
        var stands = from;
        try {
            stands = held.remote().make(beside, from, commit, writing).orElse(from);
            var made = ObjectId.fromString(stands);
            boolean proposed =
                    !stands.equals(from)
                            && held.remote().fetch(List.of(beside))
                            && held.remote().replace(target, expected, made, writing);
            return Optional.of(made).filter(_ -> proposed);
        } finally {
            // What is left if it does not work is where the next one begins.
            var _ = held.remote().replace(beside, stands, ObjectId.zeroId(), writing);
            held.files().forget(beside);
        }
    }

    private static String name(String ref, Held held) {
        var branch = ref.equals(Constants.HEAD) ? held.remote().defaultBranch() : ref;
        return Repository.shortenRefName(branch);
    }

    private Optional<Tip> tip(Held held, String ref, String base) throws IOException {
        if (!held.remote().refs(List.of(ref), List.of()).containsKey(ref)) {
            return Optional.empty();
        }
        var commit = mirror.resolve(Revision.named(ref), FetchDemand.NEWEST);
        try (var walk = new RevWalk(held.files().repository())) {
            var tip = walk.parseCommit(ObjectId.fromString(commit));
            var by = tip.getAuthorIdent();
            // Where history is cut off, nothing tells what is before it.
            boolean cut = held.files().isShallow();
            boolean alone =
                    tip.getParentCount() == 1
                            ? cut || isOnBase(walk, tip.getParent(0), base)
                            : cut && tip.getParentCount() == 0;
            var fork = tip.getParentCount() == 1 ? tip.getParent(0).name() : "";
            return Optional.of(
                    new Tip(
                            commit,
                            Optional.of(fork).filter(_ -> alone && !fork.isEmpty()),
                            new Author(
                                    by.getName(),
                                    by.getEmailAddress(),
                                    new CommitSigning.Unsigned()),
                            alone));
        }
    }

    private static boolean isOnBase(RevWalk walk, RevCommit fork, String base) throws IOException {
        return walk.isMergedInto(
                walk.parseCommit(fork), walk.parseCommit(ObjectId.fromString(base)));
    }

    private Optional<Before> before(Tip tip) {
        return tip.fork()
                .map(it -> new Before(mirror.folder(it, ""), mirror.folder(tip.commit(), "")));
    }

    /// What else has changed in the base makes no difference.
    private boolean proposesAlready(Held held, Tip tip, Map<String, byte[]> files)
            throws IOException {
        if (tip.fork().isEmpty()) {
            return false;
        }
        var changed = held.files().changedPaths(tip.fork().get(), tip.commit());
        if (changed.isEmpty() || !new HashSet<>(changed.get()).equals(files.keySet())) {
            return false;
        }
        var folder = mirror.folder(tip.commit(), "");
        for (var file : files.entrySet()) {
            var there = folder.file(file.getKey()).map(folder::read);
            if (there.filter(it -> Arrays.equals(it, file.getValue())).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private Written reviewed(Revision branch, GitCredential writing, Function<Folder, Change> edit)
            throws IOException {
        var tip = mirror.resolve(branch, FetchDemand.NEWEST);
        var held = mirror.held();
        var name = name(writer.ref(branch, held), held);
        var change = edit.apply(mirror.folder(tip, ""));
        if (change.files().isEmpty()) {
            return new Written(tip, false);
        }
        if (held.remote().makesCommits()) {
            throw new ManifestFailure(
                    "%s: no change can be made for review of commits by GitHub's API (tiphys.repo.commit-method)"
                            .formatted(held.shown()));
        }
        var commit = BranchWriter.commit(held, tip, "", change);
        try {
            held.remote().replace(REVIEW + name, ObjectId.zeroId().name(), commit, writing);
            return new Written(commit.name(), true);
        } catch (ManifestFailure refused) {
            var words = String.valueOf(refused.getMessage());
            if (NOTHING_NEW.stream().anyMatch(words::contains)) {
                return new Written(commit.name(), false);
            }
            throw refused;
        }
    }

    /// @return whether it is gone
    private boolean deleted(String head, String commit, GitCredential writing) throws IOException {
        var ref = Constants.R_HEADS + head;
        var held = mirror.held();
        if (!held.remote().refs(List.of(ref), List.of()).containsKey(ref)) {
            return true;
        }
        boolean gone = held.remote().replace(ref, commit, ObjectId.zeroId(), writing);
        if (gone) {
            held.files().forget(ref);
        }
        return gone;
    }
}
