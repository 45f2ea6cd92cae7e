package io.tiphys.repo.pull;

import io.tiphys.core.image.HostKind;
import io.tiphys.core.image.HostedRepository;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.host.Api;
import io.tiphys.repo.host.Api.Shown;
import io.tiphys.repo.host.Pace;
import io.tiphys.repo.host.Web;
import io.tiphys.repo.host.WebHost;
import io.tiphys.repo.identity.Identities;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Opens the way to the requests of repositories.
@Singleton
public class PullRequestHosts {

    /// As whom tokens of a repository are shown to Git, where a host has them.
    private static final String TOKENS_USER = "x-token-auth";

    private final Identities identities;
    private final Duration timeout;

    /// As many as there are hosts.
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();

    @Inject
    PullRequestHosts(Identities identities, RepoConfig config) {
        this(identities, config.timeout());
    }

    /// @param timeout the longest that one answer may take
    public PullRequestHosts(Identities identities, Duration timeout) {
        this.identities = identities;
        this.timeout = timeout;
    }

    /// @param writing what the repository is pushed to with; its token is what the API is shown
    /// @return to be closed
    /// @throws ManifestFailure if the credentials are none for an API
    public PullRequestHost at(HostedRepository repository, GitCredential writing) {
        var base = base(repository, writing);
        var subject = "Nothing is proposed at %s/%s".formatted(repository.web(), repository.path());
        var api =
                new Api(
                        subject,
                        base,
                        writing,
                        shown(subject, repository.kind(), base, writing),
                        timeout,
                        paces.computeIfAbsent(base.getHost(), _ -> new Pace(Pace.Timer.REAL)));
        var path = repository.path();
        return switch (repository.kind()) {
            case GITHUB -> new GitHubPulls(api, base, path);
            case GITLAB -> new GitLabMerges(api, path);
            case GITEA -> new GiteaPulls(api, path);
            case BITBUCKET -> new BitbucketPulls(api, path);
            case BITBUCKET_SERVER -> new BitbucketServerPulls(api, path);
            case AZURE_DEVOPS -> new AzurePulls(api, repository);
            case GERRIT -> throw new IllegalStateException("Gerrit is pushed to, and not asked");
        };
    }

    /// The Secret of an App says where that is, which may be elsewhere.
    private static URI base(HostedRepository repository, GitCredential writing) {
        try {
            return writing.login() instanceof Login.GitHubApp app && !app.baseUrl().isBlank()
                    ? URI.create(app.baseUrl().strip().replaceFirst("/+$", ""))
                    : repository.api();
        } catch (IllegalArgumentException malformed) {
            throw new ManifestFailure(
                    "githubAppEnterpriseBaseUrl of the Secret %s is no URL"
                            .formatted(writing.origin()));
        }
    }

    private Shown shown(String subject, HostKind kind, URI base, GitCredential writing) {
        return switch (writing.login()) {
            case Login.Password login ->
                    password(kind, login.user().text(), login.password().text());
            case Login.Bearer login -> bearer(login.token().text());
            case Login.GitHubApp login -> exchanged(login, base, writing);
            case Login.Azure login -> exchanged(login, base, writing);
            case Login.Nobody _ ->
                    throw new ManifestFailure(
                            subject + ": there are no credentials to write that repository with");
            case Login.SshKey _, Login.GoogleAccount _ ->
                    throw new ManifestFailure(
                            "%s: the Secret %s has no password or token, which an API wants"
                                    .formatted(subject, writing.origin()));
        };
    }

    private Shown exchanged(Login.Exchanged login, URI base, GitCredential writing) {
        var way = new WebHost(base.getScheme(), base.getHost(), base.getPort(), writing);
        return bearer(identities.token(login, writing.origin(), way));
    }

    private static Shown password(HostKind kind, String user, String password) {
        return switch (kind) {
            case GITLAB -> new Shown(Map.of("PRIVATE-TOKEN", password), password);
            case GITHUB -> bearer(password);
            // Any of them takes a token for a password.
            case GITEA -> basic(user.isEmpty() ? TOKENS_USER : user, password);
            case AZURE_DEVOPS -> basic(user, password);
            case BITBUCKET, BITBUCKET_SERVER ->
                    user.isEmpty() || user.equals(TOKENS_USER)
                            ? bearer(password)
                            : basic(user, password);
            case GERRIT -> throw new IllegalStateException("Gerrit is pushed to, and not asked");
        };
    }

    private static Shown bearer(String token) {
        return new Shown(Map.of("Authorization", "Bearer " + token), token);
    }

    private static Shown basic(String user, String password) {
        return new Shown(Map.of("Authorization", Web.basic(user, password)), password);
    }
}
