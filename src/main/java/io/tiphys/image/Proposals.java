package io.tiphys.image;

import io.tiphys.channel.EventChannel;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.HostKind;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import io.tiphys.core.image.PullRequestPlan;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.core.image.WriteBackPlan;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.image.BranchCommits.Branch;
import io.tiphys.image.BranchCommits.Request;
import io.tiphys.repo.Digest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ProposalBranches;
import io.tiphys.repo.ProposalBranches.Proposed;
import io.tiphys.repo.ProposalBranches.Standing;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.pull.PullRequestHost;
import io.tiphys.repo.pull.PullRequestHosts;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.CommitKeys;
import io.tiphys.store.ImageUpdaterSettings;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.ProjectStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Proposes changes of a branch instead of making them: by a branch of its own that is made anew
/// each time, and by one request at the host to merge it.
///
/// What was proposed before and nobody decided about stays in: it is read from the branch, so that
/// nothing has to be remembered.
@Singleton
class Proposals {

    private static final Logger LOG = Logger.getLogger(Proposals.class);

    private static final int ID_DIGITS = 40;

    private final Repositories repositories;
    private final PullRequestHosts hosts;
    private final Supplier<CommitStyle> style;
    private final Supplier<CommitSigning> signing;
    private final Supplier<List<Tracking>> tracking;
    private final Consumer<ChangeEvent> told;
    private final Clock clock = Clock.systemUTC();

    /// An Application with its images, and where their tags are written.
    record Tracking(Application application, WriteBackPlan plan, List<TrackedImage> images) {}

    /// What is asked of the files of a branch, where others' changes are made already.
    interface Edit extends Function<EditedFiles, Edited> {}

    /// @param whole whether all that was asked for could be looked at
    record Edited(List<CommitStyle.Change> changes, boolean whole) {}

    /// @param commit of our branch, empty if there is none
    /// @param changes all that is proposed
    /// @param acted whether anything is otherwise than before
    /// @param note what became of it, in words
    record Told(String commit, List<CommitStyle.Change> changes, boolean acted, String note) {}

    @Inject
    Proposals(
            Repositories repositories,
            PullRequestHosts hosts,
            ImageUpdaterSettings settings,
            CommitKeys keys,
            ApplicationStore store,
            ProjectStore projects,
            ImageUpdaters updaters,
            EventChannel channel) {
        this(
                repositories,
                hosts,
                settings::commits,
                keys::signing,
                () ->
                        store.applications().stream()
                                .filter(projects::permits)
                                .map(
                                        it -> {
                                            var list = updaters.list(it);
                                            return new Tracking(
                                                    it, WriteBackPlan.of(it, list), list.images());
                                        })
                                .toList(),
                it -> {
                    var _ = channel.publish(it);
                });
    }

    /// @param style of commits, at the time
    /// @param signing of them, at the time
    /// @param tracking all Applications, at the time
    /// @param told of what becomes of requests
    Proposals(
            Repositories repositories,
            PullRequestHosts hosts,
            Supplier<CommitStyle> style,
            Supplier<CommitSigning> signing,
            Supplier<List<Tracking>> tracking,
            Consumer<ChangeEvent> told) {
        this.repositories = repositories;
        this.hosts = hosts;
        this.style = style;
        this.signing = signing;
        this.tracking = tracking;
        this.told = told;
    }

    /// Returns when the host has the request as it is to be.
    ///
    /// @param edit may be asked several times
    /// @throws RefusedEditException if the branch is nobody's to write
    /// @throws ManifestFailure if the repository or its host refuses something
    Told write(Branch branch, Edit edit) {
        var proposal = branch.proposing().orElseThrow().proposal();
        var branches = repositories.of(branch.repoUrl(), branch.reading()).proposals();
        return proposal.repository().kind() == HostKind.GERRIT
                ? review(branch, proposal, branches, edit)
                : propose(branch, proposal, branches, edit);
    }

    /// What an edit came to.
    private static final class Draft {
        List<CommitStyle.Change> changes = List.of();
        boolean whole = true;
        String message = "";
        Optional<String> restraint = Optional.empty();
    }

    private Told propose(
            Branch branch, WriteBackPlan.Proposal proposal, ProposalBranches branches, Edit edit) {
        var all = tracking.get();
        requireOwn(branch, proposal, all);
        try (var host = hosts.at(proposal.repository(), branch.proposing().orElseThrow().api())) {
            // Gather
            var known = host.of(proposal.head());
            var sharing = sharing(branch, proposal, all);
            var draft = new Draft();
            var proposed =
                    branches.propose(
                            branch.name(),
                            proposal.head(),
                            branch.writing(),
                            standing -> change(draft, standing, sharing, known, edit));
            if (draft.restraint.isPresent()) {
                return new Told("", List.of(), false, draft.restraint.get());
            }
            if (!draft.whole && !proposed.proposes()) {
                return new Told(
                        "", List.of(), false, "it stays as it is, as files cannot be edited");
            }

            // Decide
            var plan =
                    PullRequestPlan.of(
                            proposed.base(),
                            Optional.of(draft)
                                    .filter(_ -> proposed.proposes())
                                    .map(
                                            it ->
                                                    PullRequestDraft.of(
                                                            it.message, it.changes, proposal)),
                            known);

            // Act
            var note = act(host, plan, branch.repoUrl(), proposal, proposed);
            if (!proposed.proposes() && !proposed.commit().isEmpty()) {
                branches.delete(proposal.head(), proposed.commit(), branch.writing());
            }
            return new Told(
                    proposed.commit(),
                    draft.changes,
                    proposed.changed() || !(plan instanceof PullRequestPlan.Nothing),
                    note);
        }
    }

    /// A branch that somebody follows is not one that may be made anew.
    private static void requireOwn(
            Branch branch, WriteBackPlan.Proposal proposal, List<Tracking> all) {
        var repository = RepositoryUrl.canonical(branch.repoUrl());
        for (var one : all) {
            if (one.application().sources().all().stream()
                    .anyMatch(
                            it ->
                                    it.targetRevision().equals(proposal.head())
                                            && RepositoryUrl.canonical(it.repoUrl())
                                                    .equals(repository))) {
                throw new RefusedEditException(
                        "git-branch: %s is followed by the Application %s, and a proposal needs a branch of its own"
                                .formatted(proposal.head(), one.application().id()));
            }
        }
    }

    private String act(
            PullRequestHost host,
            PullRequestPlan plan,
            String repoUrl,
            WriteBackPlan.Proposal proposal,
            Proposed proposed) {
        var now = clock.instant();
        return switch (plan) {
            case PullRequestPlan.Open(var draft) -> {
                var url = host.open(proposal.head(), proposed.base(), draft);
                told.accept(ChangeEvent.created(repoUrl, url, now));
                yield "opened " + url;
            }
            case PullRequestPlan.Update(var request, var draft) -> {
                host.update(request, draft);
                told.accept(ChangeEvent.updated(repoUrl, request.url(), proposed.commit(), now));
                yield "updated " + request.url();
            }
            case PullRequestPlan.Close(var request) -> {
                host.close(request, PullRequestDraft.superseded(request.body()));
                told.accept(ChangeEvent.abandoned(repoUrl, request.url(), now));
                yield "closed %s, as nothing of it is left to be done".formatted(request.url());
            }
            case PullRequestPlan.Nothing(var reason) -> reason;
        };
    }

    private Change change(
            Draft draft,
            Standing standing,
            List<Request> sharing,
            List<PullRequest> known,
            Edit edit) {
        var files = new EditedFiles(standing.base());
        var before = before(files, standing, sharing);
        var edited = edit.apply(files);
        draft.whole = before.whole() && edited.whole();
        draft.changes =
                PullRequestDraft.merged(
                        Stream.concat(before.changes().stream(), edited.changes().stream())
                                .toList());
        draft.restraint =
                draft.changes.isEmpty()
                        ? Optional.empty()
                        : PullRequestPlan.restraint(PullRequestDraft.items(draft.changes), known);
        var now = style.get();
        draft.message = draft.changes.isEmpty() ? "" : now.message(draft.changes);
        return new Change(
                draft.restraint.isPresent() ? Map.of() : files.edited(),
                draft.message,
                new Author(now.user(), now.mail(), signing.get()),
                Optional.empty());
    }

    /// Makes anew what was proposed before, where the base still says what it said then.
    private static Edited before(EditedFiles files, Standing standing, List<Request> sharing) {
        if (standing.before().isEmpty()) {
            return new Edited(List.of(), true);
        }
        var fork = new EditedFiles(standing.before().get().fork());
        var head = new EditedFiles(standing.before().get().head());
        var changes = new ArrayList<CommitStyle.Change>();
        boolean whole = true;
        for (var one : sharing) {
            try {
                var moves = moves(one.image(), named(fork, one), named(head, one));
                if (!moves.isEmpty()) {
                    changes.addAll(
                            MadeEdit.changes(
                                    files, asking(one, it -> Optional.ofNullable(moves.get(it)))));
                }
            } catch (RefusedEditException | UnreadableManifestException | ManifestFailure left) {
                whole = false;
                LOG.warnf(
                        "%s is not proposed for %s any more: %s",
                        one.image().spelled(), one.application().id(), left.getMessage());
            }
        }
        return new Edited(changes, whole);
    }

    private static Request asking(Request one, FileEdit.Choice choice) {
        return new Request(one.application(), one.image(), one.target(), choice);
    }

    /// All that files say of an image, in their order.
    private static List<NamedTag> named(EditedFiles files, Request one) {
        var named = new ArrayList<NamedTag>();
        new TargetEdit(
                        files,
                        one.application(),
                        one.image(),
                        it -> {
                            named.add(it);
                            return Optional.empty();
                        })
                .in(one.target());
        return named;
    }

    private static Map<NamedTag, Retag> moves(
            TrackedImage image, List<NamedTag> from, List<NamedTag> to) {
        var moves = new HashMap<NamedTag, Retag>();
        for (int i = 0; i < from.size() && from.size() == to.size(); i++) {
            var tag = to.get(i).tag();
            if (!from.get(i).equals(to.get(i))
                    && tag.filter(it -> TagChoice.obstacle(image, it).isEmpty()).isPresent()) {
                var digest = to.get(i).digest();
                moves.put(from.get(i), new Retag(tag.get(), digest, digest.isPresent()));
            }
        }
        return moves;
    }

    /// All images whose tags are proposed by the same branch.
    private static List<Request> sharing(
            Branch branch, WriteBackPlan.Proposal proposal, Collection<Tracking> all) {
        var sharing = new ArrayList<Request>();
        for (var one : all) {
            if (one.plan() instanceof WriteBackPlan.Commit commit
                    && commit.branch().equals(branch.name())
                    && commit.proposal().filter(it -> it.head().equals(proposal.head())).isPresent()
                    && RepositoryUrl.canonical(commit.repoUrl())
                            .equals(RepositoryUrl.canonical(branch.repoUrl()))) {
                one.images()
                        .forEach(
                                it ->
                                        sharing.add(
                                                new Request(
                                                        one.application(),
                                                        it,
                                                        commit.target(),
                                                        _ -> Optional.empty())));
            }
        }
        return sharing;
    }

    /// A change that is known by what it changes: another tag for the same is the same change.
    private Told review(
            Branch branch, WriteBackPlan.Proposal proposal, ProposalBranches branches, Edit edit) {
        var draft = new Draft();
        var written =
                branches.review(
                        branch.name(),
                        branch.writing(),
                        root -> {
                            var files = new EditedFiles(root);
                            draft.changes = PullRequestDraft.merged(edit.apply(files).changes());
                            var now = style.get();
                            draft.message =
                                    draft.changes.isEmpty() ? "" : now.message(draft.changes);
                            return new Change(
                                    files.edited(),
                                    PullRequestDraft.reviewed(
                                            draft.message, id(proposal, draft.changes)),
                                    new Author(now.user(), now.mail(), signing.get()),
                                    Optional.empty());
                        });
        return new Told(
                written.commit(),
                draft.changes,
                written.changed(),
                written.changed() ? "pushed for review" : "there is nothing new to review");
    }

    private static String id(WriteBackPlan.Proposal proposal, List<CommitStyle.Change> changes) {
        var text = new StringBuilder(proposal.head());
        changes.forEach(it -> text.append('\n').append(it.from()));
        return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8))
                .substring(Digest.KIND.length(), Digest.KIND.length() + ID_DIGITS);
    }
}
