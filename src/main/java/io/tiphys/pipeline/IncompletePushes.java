package io.tiphys.pipeline;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.EventReader;
import io.tiphys.channel.Incoming;
import io.tiphys.channel.Topics;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repositories;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/// Finds out from Git, once a push, which files it changed where its host does not say: some never
/// do, others cut long lists. Of Applications that declare their paths, those that the push does
/// not touch are then left alone.
///
/// Apart from [EventRouter], because a Git host may take its time: only those wait who cannot be
/// decided without it.
@Singleton
class IncompletePushes {

    private static final Logger LOG = Logger.getLogger(IncompletePushes.class);

    /// Repositories asked at once.
    private static final int AT_ONCE = 16;

    private final ApplicationIndex index;
    private final EventChannel channel;
    private final Repositories repositories;
    private final Credentials credentials;

    IncompletePushes(
            ApplicationIndex index,
            EventChannel channel,
            Repositories repositories,
            Credentials credentials) {
        this.index = index;
        this.channel = channel;
        this.repositories = repositories;
        this.credentials = credentials;
    }

    void start(@Observes StartupEvent event, EventReader reader) {
        reader.read(
                Topics.INCOMPLETE_PUSHES,
                "tiphys-pipeline-paths",
                GitEvent.Pushed.class,
                this::handle);
    }

    private Uni<Void> handle(List<Incoming<GitEvent.Pushed>> pushes) {
        var traces = Traces.of(pushes, GitEvent.Pushed::id);
        return Multi.createFrom()
                .iterable(pushes)
                .onItem()
                .transformToUni(
                        it ->
                                Uni.createFrom()
                                        .item(() -> refreshes(it.event()))
                                        .runSubscriptionOn(Thread::startVirtualThread))
                .merge(AT_ONCE)
                .collect()
                .asList()
                .chain(
                        found ->
                                EventRouter.all(
                                        merged(found), it -> channel.publish(it, traces.of(it))));
    }

    private static List<Refresh> merged(List<List<Refresh>> found) {
        Map<ApplicationId, Refresh> perApplication = new LinkedHashMap<>();
        found.forEach(
                refreshes ->
                        refreshes.forEach(
                                it -> perApplication.merge(it.application(), it, Refresh::and)));
        return List.copyOf(perApplication.values());
    }

    private List<Refresh> refreshes(GitEvent.Pushed push) {
        var applications = index.byRepository(push.repository());
        var doubtful = applications.inDoubt(push);
        return doubtful.isEmpty()
                ? List.of()
                : applications.refreshesOfDoubtful(
                        index.find(doubtful.get().application())
                                .map(one -> completed(push, one, doubtful.get().revision()))
                                .orElse(push));
    }

    /// The push as it came where Git does not tell either: then all are refreshed, and those who
    /// cannot reach the repository say so themselves.
    ///
    /// @param revision the name that the refresh asks by, so that it finds what was fetched here
    private GitEvent.Pushed completed(GitEvent.Pushed push, Application one, Revision revision) {
        try {
            var address = address(push, one);
            var repository =
                    repositories.of(address, credentials.reading(new Use(address, one.project())));
            repository.resolve(
                    revision, FetchDemand.including(push.repository(), push.id(), push.after()));
            return repository
                    .changedPaths(push.before(), push.after())
                    .map(push::withAllPaths)
                    .orElse(push);
        } catch (ManifestFailure failure) {
            LOG.debugf("The files of push %s are not known: %s", push.id(), failure.getMessage());
            return push;
        }
    }

    /// The repository as the Application spells it.
    private static String address(GitEvent.Pushed push, Application one) {
        return one.sources()
                .git()
                .map(Source::repoUrl)
                .filter(it -> RepositoryUrl.canonical(it).equals(push.repository()))
                .findFirst()
                .orElse(push.repository());
    }
}
