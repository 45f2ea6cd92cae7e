package io.tiphys.image;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Received;
import io.tiphys.channel.Retries;
import io.tiphys.channel.Tracing;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.HostKind;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageName;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.image.UpdaterStatus;
import io.tiphys.core.image.WriteBackPlan;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.ImageUpdaterSettings;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.ProjectStore;
import io.tiphys.store.PushCredentials;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Carries out write-backs. What fails for a passing reason is tried again for some minutes; what
/// fails for good becomes a dead letter with the reason.
@Singleton
class WriteBacks {

    private static final Logger LOG = Logger.getLogger(WriteBacks.class);

    private final ApplicationStore store;
    private final ProjectStore projects;
    private final ImageUpdaters updaters;
    private final BranchCommits commits;
    private final Companions companions;
    private final SpecificationEdit specifications;
    private final Registries registries;
    private final Credentials credentials;
    private final PushCredentials pushing;
    private final UpdaterStatuses statuses;
    private final SignatureChecks signatures;
    private final Postponed postponed;
    private final ImageUpdaterSettings settings;
    private final ImageNotes notes;
    private final EventChannel channel;
    private final Tracing tracing;
    private final Clock clock = Clock.systemUTC();

    WriteBacks(
            ApplicationStore store,
            ProjectStore projects,
            ImageUpdaters updaters,
            BranchCommits commits,
            Companions companions,
            SpecificationEdit specifications,
            Registries registries,
            Credentials credentials,
            PushCredentials pushing,
            UpdaterStatuses statuses,
            SignatureChecks signatures,
            Postponed postponed,
            ImageUpdaterSettings settings,
            ImageNotes notes,
            EventChannel channel,
            Tracing tracing) {
        this.store = store;
        this.projects = projects;
        this.updaters = updaters;
        this.commits = commits;
        this.companions = companions;
        this.specifications = specifications;
        this.registries = registries;
        this.credentials = credentials;
        this.pushing = pushing;
        this.statuses = statuses;
        this.signatures = signatures;
        this.postponed = postponed;
        this.settings = settings;
        this.notes = notes;
        this.channel = channel;
        this.tracing = tracing;
    }

    /// Returns when the tag stands in Git and the refresh is asked for.
    @Incoming("write-backs")
    @RunOnVirtualThread
    void accept(Received<WriteBack> received) {
        tracing.handle(
                received,
                () -> {
                    var request = received.as(WriteBack.class);
                    var image = request.alias().isEmpty() ? request.image() : request.alias();
                    try {
                        Retries.OF_WRITES.run(() -> carryOut(request));
                        statuses.taken(request.application(), image);
                    } catch (UnsignedFailure unsigned) {
                        refuse(request, unsigned);
                    } catch (RuntimeException failure) {
                        statuses.refused(
                                request.application(), image, String.valueOf(failure.getMessage()));
                        throw failure;
                    } finally {
                        // However it ended: nobody waits for it any more.
                        companions.came(request);
                    }
                });
    }

    /// An image may be signed soon. If it is not, that is told.
    private void refuse(WriteBack request, UnsignedFailure unsigned) {
        if (!unsigned.soon() || !postponed.again(request)) {
            var _ =
                    channel.publish(
                            new ApplicationEvent.ImageRefused(
                                    request.application(),
                                    request.image(),
                                    request.tag(),
                                    String.valueOf(unsigned.getMessage()),
                                    request.cause()));
            throw unsigned;
        }
    }

    private void carryOut(WriteBack request) {
        // Gather
        var application =
                (Approvals.isAsking(request)
                                ? store.read(request.application())
                                : store.application(request.application()))
                        .filter(projects::permits);
        var list = application.map(updaters::list);
        var image = list.flatMap(known -> tracked(known, request));
        if (application.isEmpty() || list.isEmpty() || image.isEmpty()) {
            LOG.infof(
                    "%s no longer tracks %s, or may not: nothing is written",
                    request.application(), request.image());
            return;
        }
        var consent = Consent.of(application.get().annotations(), image.get());
        if (consent.mode() == Consent.Mode.PAUSED) {
            LOG.infof("%s is paused for %s", request.image(), request.application());
            return;
        }
        if (Approvals.isAsking(request)
                && registries.lacks(application.get().project(), image.get(), request.tag())) {
            notes.unknown(request, image.get());
            return;
        }
        try {
            write(request, application.get(), list.get(), image.get(), consent);
        } catch (UnsignedFailure unsigned) {
            signatures.unsigned(request.application(), image.get(), request.tag(), unsigned);
            throw unsigned;
        }
    }

    private void write(
            WriteBack request,
            Application application,
            ImageList list,
            TrackedImage image,
            Consent consent) {
        var choice =
                new GuardedChoice(
                        image,
                        consent,
                        settings.commits().author(),
                        choice(application, image, request));

        // Decide and act: the decision rests on what is written to, which may move meanwhile.
        switch (WriteBackPlan.of(application, list)) {
            case WriteBackPlan.Impossible(var problem) ->
                    LOG.infof(
                            "%s:%s is not written for %s: %s",
                            request.image(), request.tag(), request.application(), problem);
            case WriteBackPlan.Specification() ->
                    tell(
                            request,
                            specifications
                                    .write(application.id(), image, choice)
                                    .map(it -> update(image, it.from(), it.to())),
                            "");
            case WriteBackPlan.Commit commit -> {
                var outcome =
                        commits.write(
                                branch(application, image, commit),
                                new BranchCommits.Request(
                                        application, image, commit.target(), choice),
                                request);
                if (commit.proposal().isPresent()) {
                    proposed(request, image, outcome);
                    notes.carriedOut(request, image, choice);
                    return;
                }
                tell(
                        request,
                        outcome.changes().stream()
                                .map(it -> update(image, it.from(), it.to()))
                                .findFirst(),
                        outcome.commit());
            }
        }
        notes.carriedOut(request, image, choice);
    }

    private BranchCommits.Branch branch(
            Application application, TrackedImage image, WriteBackPlan.Commit commit) {
        var use = new Use(commit.repoUrl(), application.project());
        var writing = pushing.of(commit.repoUrl(), application, commit.secret());
        return new BranchCommits.Branch(
                commit.repoUrl(),
                credentials.reading(use),
                writing,
                commit.branch(),
                commit.pushed(),
                commit.pushed().map(_ -> application.id()),
                commit.proposal().map(it -> proposing(it, application, image, commit, writing)));
    }

    /// An API takes no keys for SSH: it is shown what the same repository is pushed to with over
    /// the web.
    private BranchCommits.Proposing proposing(
            WriteBackPlan.Proposal proposal,
            Application application,
            TrackedImage image,
            WriteBackPlan.Commit commit,
            GitCredential writing) {
        var repository = proposal.repository();
        if (repository.kind() == HostKind.GERRIT) {
            return new BranchCommits.Proposing(
                    proposal.of(application.id(), image.alias().orElse(image.spelled())), writing);
        }
        var api =
                RepositoryAddress.of(commit.repoUrl()).isSsh()
                        ? pushing.of(
                                repository.web() + "/" + repository.path(),
                                application,
                                commit.secret())
                        : writing;
        return new BranchCommits.Proposing(proposal, api);
    }

    private void proposed(WriteBack request, TrackedImage image, BranchCommits.Outcome outcome) {
        LOG.infof(
                "%s:%s for %s: %s",
                request.image(), request.tag(), request.application(), outcome.note());
        outcome.changes().stream()
                .findFirst()
                .ifPresent(
                        it ->
                                statuses.updated(
                                        request.application(),
                                        update(image, it.from(), it.to())
                                                .proposed(outcome.note())));
    }

    /// What comes in place of a tag when the pushed one is held against it.
    private FileEdit.Choice choice(Application application, TrackedImage image, WriteBack request) {
        var told =
                Candidate.of(request.tag())
                        .withDigest(Optional.of(request.digest()).filter(ImageName::isDigest));
        boolean enough = isEnough(image, told);
        var pushed =
                (enough
                                ? told
                                : registries
                                        .find(
                                                application.project(),
                                                image,
                                                told.tag(),
                                                request.digest())
                                        .orElse(told))
                        .withPushed(pushedAt(image));
        // What was told of a tag is a hint: signed must be what stands under it.
        var admission =
                signatures.admission(
                        application.project(), image, enough ? Candidate.of(told.tag()) : pushed);
        return named -> {
            var current = named.candidate().map(it -> withBuild(application.project(), image, it));
            var decision = TagChoice.of(image, current, List.of(pushed), clock.instant());
            decision.others()
                    .forEach(
                            (tag, reason) ->
                                    LOG.debugf(
                                            "%s:%s is not written for %s: %s",
                                            request.image(),
                                            tag,
                                            request.application(),
                                            reason.text()));
            return decision.chosen()
                    .map(admission)
                    .map(
                            it ->
                                    new Retag(
                                            it.tag(),
                                            it.digest(),
                                            image.strategy() instanceof UpdateStrategy.Digest));
        };
    }

    /// Whether what was told of a tag is all that must be known of it.
    private static boolean isEnough(TrackedImage image, Candidate told) {
        return !image.asksRegistry()
                || (image.strategy() instanceof UpdateStrategy.Digest
                        && told.digest().isPresent()
                        && image.platforms().isEmpty()
                        && image.minimumAge().isZero());
    }

    /// Pushes are in the order in which they were told of. How old a tag is, its build says.
    private Optional<Instant> pushedAt(TrackedImage image) {
        return Optional.of(clock.instant())
                .filter(_ -> image.strategy() instanceof UpdateStrategy.NewestPush);
    }

    private Candidate withBuild(String project, TrackedImage image, Candidate current) {
        return image.strategy() instanceof UpdateStrategy.NewestBuild
                ? registries
                        .find(project, image, current.tag(), current.digest().orElse(""))
                        .map(it -> it.withDigest(current.digest()))
                        .orElse(current)
                : current;
    }

    /// The refresh is asked for even if the tag was there already: a crash may have come between
    /// the push and the request. The push is named by its commit, so that of all whose tags are in
    /// it at most one looks for it.
    ///
    /// @param update empty if nothing was changed
    /// @param commit empty if it was written to the Application itself
    private void tell(WriteBack request, Optional<UpdaterStatus.Update> update, String commit) {
        if (update.isPresent()) {
            LOG.infof(
                    "Wrote %s:%s for %s to %s",
                    request.image(),
                    request.tag(),
                    request.application(),
                    commit.isEmpty() ? "its parameters" : commit);
            var _ =
                    channel.publish(
                            new ApplicationEvent.ImageWrittenBack(
                                    request.application(),
                                    request.image(),
                                    request.tag(),
                                    commit,
                                    request.cause()));
            statuses.updated(request.application(), update.get());
            signatures.signed(request.application(), update.get().alias());
            notes.updated(request, update.get(), commit);
        }
        channel.publish(
                        new Refresh(
                                request.application(),
                                false,
                                commit.isEmpty()
                                        ? FetchDemand.ANY
                                        : FetchDemand.including(
                                                RepositoryUrl.canonical(request.repoUrl()),
                                                commit,
                                                commit),
                                request.cause()))
                .toCompletableFuture()
                .join();
    }

    private static UpdaterStatus.Update update(TrackedImage image, String from, String to) {
        return new UpdaterStatus.Update(image.label(), image.repository(), from, to);
    }

    private static Optional<TrackedImage> tracked(ImageList list, WriteBack request) {
        return list.images().stream()
                .filter(image -> image.alias().orElse("").equals(request.alias()))
                .filter(image -> image.tracks(request.image()))
                .findFirst();
    }
}
