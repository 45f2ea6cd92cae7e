package io.tiphys.repo.git;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.RepoConfig.CommitMethod;
import io.tiphys.support.Credential;
import io.tiphys.support.GitHubHost;
import io.tiphys.support.GitHubHost.Answer;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.SshGitHost;
import java.util.Base64;
import java.util.Map;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor.DeletePath;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A repository at GitHub, and mirrors of it for which GitHub makes the commits. Its API is played
/// here.
abstract class AgainstGitHub extends AgainstGitHost {

    private static final String STALE =
            """
            {"data": {"createCommitOnBranch": null},
             "errors": [{"type": "STALE_DATA", "path": ["createCommitOnBranch"],
                         "locations": [{"line": 1, "column": 58}],
                         "message": "Expected branch to point to \\"%s\\" but it did not.  Pull and try again."}]}
            """;

    private static final String KEY = SelfSigned.pem(SshGitHost.key("ssh-rsa", 2048).getPrivate());

    /// By whom its commits are.
    static final String BOT = "4711+shop[bot]@users.noreply.github.com";

    GitHubHost github;
    GitMirrors writing;
    GitCredential app;

    @BeforeEach
    void install() {
        github = GitHubHost.of(host.cloneUrl());
        github.answer(this::answer);
        writing =
                new GitMirrors(
                        new Config(directory.resolve("written"), CommitMethod.API),
                        meters,
                        IDENTITIES);
        app = app(github.api());
    }

    @AfterEach
    void uninstall() {
        writing.close();
        github.close();
    }

    /// As GitHub's documentation says, and as GitHub was seen to answer where that says nothing.
    Answer answer(JsonNode question) {
        if (question.path("query").asText().contains("viewer")) {
            return new Answer(
                    200,
                    "{\"data\": {\"viewer\": {\"login\": \"shop[bot]\", \"databaseId\": 4711}}}");
        }
        try {
            var input = question.at("/variables/input");
            var ref = "refs/heads/" + input.at("/branch/branchName").asText();
            var tip = tipOf(ref);
            if (!tip.name().equals(input.path("expectedHeadOid").asText())) {
                return new Answer(200, STALE.formatted(input.path("expectedHeadOid").asText()));
            }
            var commit = made(tip, input);
            point(ref, commit);
            return new Answer(
                    200,
                    "{\"data\": {\"createCommitOnBranch\": {\"commit\": {\"oid\": \"%s\"}}}}"
                            .formatted(commit.name()));
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    private ObjectId made(ObjectId tip, JsonNode input) throws Exception {
        try (var inserter = bare.newObjectInserter();
                var reader = bare.newObjectReader();
                var walk = new RevWalk(reader)) {
            var index = DirCache.read(reader, walk.parseCommit(tip).getTree());
            var editor = index.editor();
            for (var deletion : input.at("/fileChanges/deletions")) {
                editor.add(new DeletePath(deletion.path("path").asText()));
            }
            for (var addition : input.at("/fileChanges/additions")) {
                var content = Base64.getDecoder().decode(addition.path("contents").asText());
                var blob = inserter.insert(Constants.OBJ_BLOB, content);
                editor.add(
                        new PathEdit(addition.path("path").asText()) {
                            @Override
                            public void apply(DirCacheEntry entry) {
                                entry.setFileMode(FileMode.REGULAR_FILE);
                                entry.setObjectId(blob);
                            }
                        });
            }
            editor.finish();
            var commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            commit.setParentId(tip);
            commit.setAuthor(new PersonIdent("shop[bot]", BOT));
            commit.setCommitter(new PersonIdent("GitHub", "noreply@github.example"));
            commit.setMessage(input.at("/message/headline").asText());
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    GitCredential app(String api) {
        return Credential.of(
                github.url(),
                Map.of(
                        "githubAppID",
                        "7",
                        "githubAppInstallationID",
                        "11",
                        "githubAppPrivateKey",
                        KEY,
                        "githubAppEnterpriseBaseUrl",
                        api));
    }
}
