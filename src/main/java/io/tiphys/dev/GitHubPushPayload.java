package io.tiphys.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.PushHook.RefUpdate;
import java.io.IOException;
import java.net.URI;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.io.DisabledOutputStream;

/// Describes a push the way GitHub does in its `push` deliveries, as far as receivers look: the
/// names, the bounds and the habits are GitHub's.
final class GitHubPushPayload {

    /// GitHub lists no more, and says nothing about it.
    static final int MAX_COMMITS = 2048;

    private static final String OWNER = "sample";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Repository repository;
    private final String url;
    private final RefUpdate update;

    private GitHubPushPayload(Repository repository, URI cloneUrl, RefUpdate update) {
        this.repository = repository;
        this.url = cloneUrl.toString().replaceFirst("\\.git$", "");
        this.update = update;
    }

    static byte[] of(Repository repository, URI cloneUrl, RefUpdate update) throws IOException {
        return JSON.writeValueAsBytes(new GitHubPushPayload(repository, cloneUrl, update).push());
    }

    private ObjectNode push() throws IOException {
        var push = JSON.createObjectNode();
        push.put("ref", update.ref());
        push.put("before", update.before().name());
        push.put("after", update.after().name());
        push.set("repository", repository());
        push.set("pusher", JSON.createObjectNode().put("name", update.pusher()));
        push.set("sender", JSON.createObjectNode().put("login", update.pusher()));
        push.put("created", update.created());
        push.put("deleted", update.deleted());
        push.put("forced", update.forced());
        push.putNull("base_ref");
        push.put(
                "compare",
                "%s/compare/%s...%s".formatted(url, update.before().name(), update.after().name()));
        describeCommits(push);
        return push;
    }

    private ObjectNode repository() throws IOException {
        var name = url.substring(url.lastIndexOf('/') + 1);
        var branch =
                Objects.requireNonNull(repository.getFullBranch(), "Every repository has a HEAD");
        var described = JSON.createObjectNode();
        described.put("name", name);
        described.put("full_name", OWNER + "/" + name);
        described.put("private", false);
        described.set("owner", JSON.createObjectNode().put("name", OWNER).put("login", OWNER));
        described.put("html_url", url);
        described.put("url", url);
        described.put("clone_url", url + ".git");
        described.put("ssh_url", "git@%s:%s.git".formatted(Loopback.HOST, name));
        described.put("default_branch", Repository.shortenRefName(branch));
        return described;
    }

    private void describeCommits(ObjectNode push) throws IOException {
        var commits = push.putArray("commits");
        push.putNull("head_commit");
        if (update.deleted()) {
            return;
        }
        try (var walk = new RevWalk(repository);
                var files = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
            files.setRepository(repository);
            // A tag may name any object; only commits have files to speak of.
            if (!(walk.peel(walk.parseAny(update.after())) instanceof RevCommit after)) {
                return;
            }
            for (var commit : newCommits(walk, after).reversed()) {
                commits.add(describe(commit, files));
            }
            push.set("head_commit", describe(walk.parseCommit(after), files));
        }
    }

    /// The commits that the push brought, newest first: what neither the ref's former commit nor,
    /// for a ref that is new, any other branch leads to.
    private List<RevCommit> newCommits(RevWalk walk, RevCommit after) throws IOException {
        walk.sort(RevSort.TOPO);
        walk.markStart(after);
        for (var known : knownBefore()) {
            if (walk.peel(walk.parseAny(known)) instanceof RevCommit commit) {
                walk.markUninteresting(commit);
            }
        }
        var commits = new ArrayList<RevCommit>();
        for (var commit : walk) {
            if (commits.size() == MAX_COMMITS) {
                break;
            }
            commits.add(commit);
        }
        return commits;
    }

    private List<ObjectId> knownBefore() throws IOException {
        if (!update.created()) {
            return List.of(update.before());
        }
        return repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).stream()
                .filter(branch -> !branch.getName().equals(update.ref()))
                .map(branch -> branch.getObjectId())
                .toList();
    }

    private ObjectNode describe(RevCommit commit, DiffFormatter files) throws IOException {
        var described = JSON.createObjectNode();
        described.put("id", commit.name());
        described.put("tree_id", commit.getTree().name());
        described.put("distinct", true);
        described.put("message", commit.getFullMessage().stripTrailing());
        described.put("timestamp", timestamp(commit.getCommitterIdent()));
        described.put("url", url + "/commit/" + commit.name());
        described.set("author", person(commit.getAuthorIdent()));
        described.set("committer", person(commit.getCommitterIdent()));
        describeFiles(described, commit, files);
        return described;
    }

    private static void describeFiles(ObjectNode described, RevCommit commit, DiffFormatter files)
            throws IOException {
        var added = described.putArray("added");
        var removed = described.putArray("removed");
        var modified = described.putArray("modified");
        var parent = commit.getParentCount() == 0 ? null : commit.getParent(0).getTree();
        for (var entry : files.scan(parent, commit.getTree())) {
            list(entry, added, removed, modified);
        }
    }

    private static void list(
            DiffEntry entry, ArrayNode added, ArrayNode removed, ArrayNode modified) {
        switch (entry.getChangeType()) {
            case ADD -> added.add(entry.getNewPath());
            case DELETE -> removed.add(entry.getOldPath());
            case MODIFY -> modified.add(entry.getNewPath());
            case RENAME, COPY -> throw new IllegalStateException("Renames are not looked for");
        }
    }

    private static ObjectNode person(PersonIdent person) {
        return JSON.createObjectNode()
                .put("name", person.getName())
                .put("email", person.getEmailAddress());
    }

    private static String timestamp(PersonIdent person) {
        ZoneId zone = person.getZoneOffset();
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                person.getWhenAsInstant().atZone(zone));
    }
}
