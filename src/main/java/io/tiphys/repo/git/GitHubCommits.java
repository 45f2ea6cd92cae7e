package io.tiphys.repo.git;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.Bounded;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Identities;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jgit.transport.URIish;

/// Has GitHub make commits, by the mutation `createCommitOnBranch` of its GraphQL API: in the name
/// of an App, and signed by GitHub, which signs nothing that is pushed.
final class GitHubCommits {

    private static final String GITHUB = "github.com";
    private static final String MUTATION =
            "mutation($input: CreateCommitOnBranchInput!)"
                    + " { createCommitOnBranch(input: $input) { commit { oid } } }";
    private static final String VIEWER = "query { viewer { login databaseId } }";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REPOSITORY = Pattern.compile("/*([^/]+/[^/]+?)(\\.git)?/*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private final URIish address;
    private final GitCredential credential;
    private final Identities identities;
    private final Duration timeout;
    private final Login.GitHubApp app;
    private final URL api;

    /// @throws ManifestFailure if it is no repository of GitHub's, or the credential is no App's
    GitHubCommits(
            URIish address, GitCredential credential, Identities identities, Duration timeout) {
        this.address = address;
        this.credential = credential;
        this.identities = identities;
        this.timeout = timeout;
        if (!(credential.login() instanceof Login.GitHubApp login)) {
            throw impossible("what it is pushed to with is no GitHub App");
        }
        app = login;
        api = api();
    }

    private URL api() {
        var base = app.baseUrl().strip().replaceFirst("/+$", "");
        try {
            var url =
                    URI.create(
                                    (base.isEmpty() ? "https://api." + GITHUB : base)
                                                    .replaceFirst("/v3$", "")
                                            + "/graphql")
                            .toURL();
            if (!url.getHost().equalsIgnoreCase(address.getHost())
                    && !url.getHost().equalsIgnoreCase("api." + address.getHost())) {
                throw impossible("the GitHub App is one of " + url.getHost());
            }
            return url;
        } catch (IllegalArgumentException | IOException malformed) {
            throw impossible("githubAppEnterpriseBaseUrl is no URL");
        }
    }

    /// @param branch short name
    /// @param parent where the branch must stand
    /// @param files content by path from the root; empty for those that are deleted
    /// @return the commit's id; empty if the branch has moved on
    /// @throws ManifestFailure if GitHub does not make it
    Optional<String> create(
            String branch, String parent, String message, Map<String, Optional<byte[]>> files) {
        return made(
                ask(
                        Map.of(
                                "query",
                                MUTATION,
                                "variables",
                                Map.of("input", input(branch, parent, message, files)))));
    }

    /// How the address begins that the App's commits are by, as GitHub makes it up.
    ///
    /// @throws ManifestFailure if GitHub does not tell
    String author() {
        var viewer = ask(Map.of("query", VIEWER)).at("/data/viewer");
        var login = viewer.path("login").asText();
        if (login.isEmpty() || !viewer.path("databaseId").isIntegralNumber()) {
            throw failure("it does not tell whose commits they would be", false);
        }
        return "%s+%s@".formatted(viewer.path("databaseId").asText(), login);
    }

    private JsonNode ask(Map<String, Object> question) {
        var way =
                new WebHost(
                        String.valueOf(address.getScheme()),
                        address.getHost(),
                        address.getPort(),
                        credential);
        var token = identities.token(app, credential.origin(), way);
        try {
            var connection = way.open(api);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Authorization", "Bearer " + token);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("Accept", "application/json");
            connection.setDoOutput(true);
            try (var out = connection.getOutputStream()) {
                JSON.writeValue(out, question);
            }
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return answer(connection);
            }
            if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
                identities.forget(app, token);
            }
            throw refused(connection, status);
        } catch (IOException unanswered) {
            throw failure(unanswered.getClass().getSimpleName(), true);
        }
    }

    private Map<String, Object> input(
            String branch, String parent, String message, Map<String, Optional<byte[]>> files) {
        var text = message.strip();
        var headline = text.lines().findFirst().orElse("Update");
        var changes = new LinkedHashMap<String, Object>();
        var additions =
                files.entrySet().stream()
                        .filter(it -> it.getValue().isPresent())
                        .map(it -> Map.of("path", it.getKey(), "contents", it.getValue().get()))
                        .toList();
        var deletions =
                files.entrySet().stream()
                        .filter(it -> it.getValue().isEmpty())
                        .map(it -> Map.of("path", it.getKey()))
                        .toList();
        // What is there and empty, GitHub fails on.
        Map.of("additions", additions, "deletions", deletions)
                .forEach(
                        (name, list) -> {
                            if (!list.isEmpty()) {
                                changes.put(name, list);
                            }
                        });
        return Map.of(
                "branch",
                Map.of("repositoryNameWithOwner", repository(), "branchName", branch),
                "expectedHeadOid",
                parent,
                "message",
                Map.of(
                        "headline",
                        headline,
                        "body",
                        text.lines().skip(1).collect(Collectors.joining("\n")).strip()),
                "fileChanges",
                changes);
    }

    private String repository() {
        var path = REPOSITORY.matcher(address.getPath());
        if (!path.matches()) {
            throw impossible("its address names no owner and repository");
        }
        return path.group(1);
    }

    private JsonNode answer(HttpURLConnection connection) throws IOException {
        var bounded =
                new Bounded(
                        connection.getInputStream(),
                        MAX_ANSWER_BYTES,
                        () -> failure("its answer is too large", true),
                        () -> {});
        try (bounded) {
            return JSON.readTree(bounded.readAllBytes());
        } catch (JacksonException malformed) {
            throw failure("its answer is no JSON", true);
        }
    }

    /// What stands against it comes with status 200 as well.
    private Optional<String> made(JsonNode answer) {
        var error = answer.path("errors").path(0);
        if (error.isMissingNode()) {
            var commit = answer.at("/data/createCommitOnBranch/commit/oid").asText();
            if (!COMMIT.matcher(commit).matches()) {
                throw failure("its answer names no commit", true);
            }
            return Optional.of(commit);
        }
        return switch (error.path("type").asText()) {
            case "STALE_DATA" -> Optional.empty();
            case "RATE_LIMITED" -> throw failure("it takes no more commits for a while", true);
            default -> throw failure(SignedObject.shortened(error.path("message").asText()), false);
        };
    }

    private ManifestFailure refused(HttpURLConnection connection, int status) {
        boolean busy =
                status == 429
                        || connection.getHeaderField("Retry-After") != null
                        || "0".equals(connection.getHeaderField("X-RateLimit-Remaining"));
        return failure(
                "it answered " + status,
                busy || status >= 500 || status == HttpURLConnection.HTTP_UNAUTHORIZED);
    }

    private ManifestFailure failure(String reason, boolean passing) {
        return new ManifestFailure(
                "%s makes no commit in %s: %s"
                        .formatted(api.getHost(), GitFailure.withoutCredentials(address), reason),
                passing);
    }

    private ManifestFailure impossible(String why) {
        return new ManifestFailure(
                "No commit can be made by GitHub's API (git-commit-method) in %s: %s"
                        .formatted(GitFailure.withoutCredentials(address), why));
    }
}
