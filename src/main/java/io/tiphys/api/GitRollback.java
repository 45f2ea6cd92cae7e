package io.tiphys.api;

import io.tiphys.channel.EventChannel;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.sync.Restoration;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Written;
import io.tiphys.store.CommitKeys;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.ImageUpdaterSettings;
import io.tiphys.store.ProjectStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/// Rolls an Application back where it is declared: commits to the branch that it follows what its
/// paths were at a deployment of its history. So Git and the cluster keep saying the same, which
/// automated sync would otherwise see to by undoing the rollback.
@Singleton
class GitRollback {

    private static final Logger LOG = Logger.getLogger(GitRollback.class);

    private final Repositories repositories;
    private final Credentials credentials;
    private final ProjectStore projects;
    private final ImageUpdaterSettings settings;
    private final CommitKeys keys;
    private final EventChannel channel;
    private final Clock clock = Clock.systemUTC();

    GitRollback(
            Repositories repositories,
            Credentials credentials,
            ProjectStore projects,
            ImageUpdaterSettings settings,
            CommitKeys keys,
            EventChannel channel) {
        this.repositories = repositories;
        this.credentials = credentials;
        this.projects = projects;
        this.settings = settings;
        this.keys = keys;
        this.channel = channel;
    }

    /// Returns when the branch has the commit. What it holds is synced as the Application's policy
    /// says.
    ///
    /// @param asked a `ApplicationRollbackRequest`
    /// @return `commit` and `branch`
    Map<String, Object> commit(Application application, Map<String, Object> asked) {
        var deployment = OperationRequest.deployment(application, asked);
        if (Json.bool(asked, "dryRun")) {
            throw Problem.INVALID_ARGUMENT.because("There is no dry run of a commit");
        }
        if (!projects.permits(application)) {
            throw Problem.PERMISSION_DENIED.because(
                    "The project %s does not permit what the Application is made of"
                            .formatted(application.project()));
        }
        return switch (Restoration.of(application, deployment)) {
            case Restoration.Refused(var reason) ->
                    throw Problem.FAILED_PRECONDITION.because(reason);
            case Restoration.Of restoration ->
                    commit(application, OperationRequest.id(asked), restoration);
        };
    }

    private Map<String, Object> commit(
            Application application, String id, Restoration.Of restoration) {
        var written = write(application, id, restoration);
        if (!written.changed()) {
            throw Problem.FAILED_PRECONDITION.because(
                    "There is nothing to roll back: %s of %s holds what deployment %s was made of"
                            .formatted(restoration.branch(), restoration.repoUrl(), id));
        }
        LOG.infof(
                "%s is rolled back to deployment %s by the commit %s",
                application.id(), id, written.commit());
        // Should nobody hear of it, the host's own word or the next look brings the same.
        var event = "rollback-" + written.commit();
        var _ =
                channel.publish(
                        new Refresh(
                                application.id(),
                                false,
                                FetchDemand.including(
                                        RepositoryUrl.canonical(restoration.repoUrl()),
                                        event,
                                        written.commit()),
                                event));
        var _ =
                channel.publish(
                        ChangeEvent.merged(
                                restoration.repoUrl(), written.commit(), clock.instant()));
        return new TreeMap<>(Map.of("commit", written.commit(), "branch", restoration.branch()));
    }

    private Written write(Application application, String id, Restoration.Of restoration) {
        var use = new Use(restoration.repoUrl(), application.project());
        try {
            return repositories
                    .of(restoration.repoUrl(), credentials.reading(use))
                    .restore(
                            restoration.branch(),
                            restoration.commits(),
                            credentials.writing(use),
                            author(),
                            message(application, id, restoration));
        } catch (ManifestFailure failure) {
            var problem = failure.passing() ? Problem.UNAVAILABLE : Problem.FAILED_PRECONDITION;
            throw problem.because(String.valueOf(failure.getMessage()));
        }
    }

    /// What is signed is by whom the key belongs to, or hosts would not take the signature for
    /// good.
    private Author author() {
        var signing = keys.signing();
        var style = settings.commits();
        return signing instanceof CommitSigning.Unsigned
                ? Author.SERVICE
                : new Author(style.user(), style.mail(), signing);
    }

    private static String message(Application application, String id, Restoration.Of restoration) {
        var message =
                new StringBuilder(
                        "Roll %s back to deployment %s\n\n".formatted(application.id(), id));
        new TreeMap<>(restoration.commits())
                .forEach(
                        (path, commit) ->
                                message.append(
                                        "%s is what it was at %s.\n"
                                                .formatted(path.isEmpty() ? "All" : path, commit)));
        // Nobody says who they are while there is no authentication.
        return message.append("Asked for through the API.\n").toString();
    }
}
