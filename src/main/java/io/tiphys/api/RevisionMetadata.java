package io.tiphys.api;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.CommitMetadata;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.ProjectStore;
import io.tiphys.store.SignatureDemands;
import jakarta.inject.Singleton;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Tells what commits of an Application's repositories say of themselves, in Argo CD's shape.
@Singleton
class RevisionMetadata {

    private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{7,40}");

    private final Repositories repositories;
    private final Credentials credentials;
    private final SignatureDemands signatures;
    private final ProjectStore projects;

    RevisionMetadata(
            Repositories repositories,
            Credentials credentials,
            SignatureDemands signatures,
            ProjectStore projects) {
        this.repositories = repositories;
        this.credentials = credentials;
        this.signatures = signatures;
        this.projects = projects;
    }

    /// @param sourceIndex which of several sources; the first if empty
    /// @param versionId of the history, whose sources then count in place of today's
    Map<String, Object> of(
            Application application,
            String revision,
            Optional<Integer> sourceIndex,
            Optional<Long> versionId) {
        if (!COMMIT.matcher(revision).matches()) {
            throw Problem.INVALID_ARGUMENT.because(
                    "revision %s must be resolved".formatted(revision));
        }
        var sources = versionId.map(it -> past(application, it)).orElse(application.sources());
        if (!projects.permits(application.withSources(sources))) {
            throw Problem.PERMISSION_DENIED.because(
                    "The project %s does not permit what the Application is made of"
                            .formatted(application.project()));
        }
        var source = source(sources.all(), sourceIndex.orElse(0));
        var project = application.project();
        if (!source.isGit()) {
            throw Problem.INVALID_ARGUMENT.because("The source is no Git repository");
        }
        try {
            var url = source.repoUrl();
            var repository = repositories.of(url, credentials.reading(new Use(url, project)));
            return repository
                    .metadata(revision)
                    .map(it -> answer(it, signature(repository, it, project, url)))
                    .orElseThrow(
                            () ->
                                    Problem.NOT_FOUND.because(
                                            "The commit %s is not known".formatted(revision)));
        } catch (ManifestFailure unreadable) {
            throw Problem.UNAVAILABLE.because(String.valueOf(unreadable.getMessage()));
        }
    }

    private static Sources past(Application application, long versionId) {
        var entry =
                Json.array(application.status().tree(), "history").stream()
                        .filter(it -> Json.number(it, -1, "id") == versionId)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        Problem.INVALID_ARGUMENT.because(
                                                "revision history not found for version ID %d"
                                                        .formatted(versionId)));
        try {
            return Sources.read(Json.object(entry));
        } catch (InvalidSpecException incomplete) {
            throw Problem.INVALID_ARGUMENT.because(String.valueOf(incomplete.getMessage()));
        }
    }

    private static Source source(List<Source> sources, int index) {
        if (index < 0 || index >= sources.size()) {
            throw Problem.INVALID_ARGUMENT.because(
                    "source index %d not found because %s"
                            .formatted(
                                    index,
                                    sources.size() == 1
                                            ? "there is only 1 source"
                                            : "there are only %d sources"
                                                    .formatted(sources.size())));
        }
        return sources.get(index);
    }

    /// Empty if nobody demands one.
    private String signature(
            Repository repository, CommitMetadata commit, String project, String url) {
        return switch (signatures.demanded(project, url)) {
            case Demand.Nothing() -> "";
            case Demand.Unmeetable(var reason) -> reason;
            case Demand.Signatures demand ->
                    repository
                            .verify(Revision.named(commit.commit()), commit.commit(), demand)
                            .signature();
        };
    }

    private static Map<String, Object> answer(CommitMetadata commit, String signature) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("author", commit.author());
        answer.put("date", DateTimeFormatter.ISO_INSTANT.format(commit.date()));
        if (!commit.tags().isEmpty()) {
            answer.put("tags", commit.tags());
        }
        answer.put("message", commit.message());
        if (!signature.isEmpty()) {
            answer.put("signatureInfo", signature);
        }
        return answer;
    }
}
