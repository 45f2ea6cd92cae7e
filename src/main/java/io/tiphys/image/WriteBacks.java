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
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository.Written;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.ProjectStore;
import jakarta.inject.Singleton;
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
    private final Repositories repositories;
    private final Credentials credentials;
    private final EventChannel channel;
    private final Tracing tracing;

    WriteBacks(
            ApplicationStore store,
            ProjectStore projects,
            Repositories repositories,
            Credentials credentials,
            EventChannel channel,
            Tracing tracing) {
        this.store = store;
        this.projects = projects;
        this.repositories = repositories;
        this.credentials = credentials;
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
                    Retries.OF_WRITES.run(() -> carryOut(request));
                });
    }

    private void carryOut(WriteBack request) {
        // Gather
        var application = application(request).filter(projects::permits);
        var image = application.flatMap(known -> tracked(known, request));
        if (image.isEmpty()) {
            LOG.infof(
                    "%s no longer tracks %s, or may not: nothing is written",
                    request.application(), request.image());
            return;
        }

        var use = new Use(request.repoUrl(), application.get().project());

        // Decide and act: the decision rests on the branch's tip, which may move meanwhile.
        var written =
                repositories
                        .of(request.repoUrl(), credentials.reading(use))
                        .write(
                                request.branch(),
                                request.path(),
                                credentials.writing(use),
                                folder ->
                                        FolderEdit.of(
                                                folder,
                                                application.get().sources().written().recurses(),
                                                request,
                                                image.get()));
        tell(request, written);
    }

    /// The refresh is asked for even if Git had the tag already: a crash may have come between the
    /// push and the request.
    private void tell(WriteBack request, Written written) {
        if (written.changed()) {
            LOG.infof(
                    "Wrote %s:%s for %s to %s",
                    request.image(), request.tag(), request.application(), written.commit());
            var _ =
                    channel.publish(
                            new ApplicationEvent.ImageWrittenBack(
                                    request.application(),
                                    request.image(),
                                    request.tag(),
                                    written.commit(),
                                    request.cause()));
        }
        channel.publish(
                        new Refresh(
                                request.application(),
                                false,
                                FetchDemand.including(
                                        RepositoryUrl.canonical(request.repoUrl()),
                                        request.cause(),
                                        written.commit()),
                                request.cause()))
                .toCompletableFuture()
                .join();
    }

    private Optional<Application> application(WriteBack request) {
        return store.find(request.application())
                .flatMap(
                        entry ->
                                switch (entry) {
                                    case Entry.Valid valid -> Optional.of(valid.application());
                                    case Entry.Invalid _ -> Optional.empty();
                                });
    }

    private static Optional<TrackedImage> tracked(Application application, WriteBack request) {
        return ImageList.parse(application.annotations()).images().stream()
                .filter(image -> image.alias().orElse("").equals(request.alias()))
                .filter(image -> image.tracks(request.image()))
                .findFirst();
    }
}
