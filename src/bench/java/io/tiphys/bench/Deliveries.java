package io.tiphys.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Push payloads as GitHub sends them, drawn from a fixed seed: the same bytes in every run, no two
/// alike.
final class Deliveries {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int COMMITS = 10;

    private static final String[] WORDS =
            ("deploy service replica rollout ingress cluster budget image revert bump chart values"
                            + " limit memory latency retry handler request timeout staging canary"
                            + " metric alert secret rotate config feature flag orders payment user")
                    .split(" ");

    private static final String[] LINKS =
            ("forks keys collaborators teams hooks issue_events events assignees branches tags"
                 + " git/refs git/trees statuses languages stargazers contributors subscription"
                 + " commits contents compare merges issues pulls milestones notifications labels"
                 + " releases deployments")
                    .split(" ");

    private final Random random = new Random(20_260_101);
    private final String secret;

    /// A body with its signature.
    ///
    /// @param event what GitHub calls it
    record Payload(String event, byte[] body, String signature) {}

    Deliveries(String secret) {
        this.secret = secret;
    }

    List<Payload> payloads(int count, int repositories) throws IOException {
        var payloads = new ArrayList<Payload>();
        for (int i = 0; i < count; i++) {
            var name = "service-" + i % repositories;
            payloads.add(signed(push(name, "https://github.example.com/bench/" + name)));
        }
        return payloads;
    }

    /// A push of one commit to main of a repository that is there.
    ///
    /// @param files all that it changed; none, if the payload is not to say
    Payload push(String cloneUrl, String before, String after, List<String> files)
            throws IOException {
        var push = push("monorepo", cloneUrl);
        push.put("before", before).put("after", after);
        locate(push, cloneUrl);
        var commit = ((ObjectNode) push.path("head_commit")).put("id", after);
        var modified = commit.putArray("modified");
        files.forEach(modified::add);
        var commits = push.putArray("commits");
        if (!files.isEmpty()) {
            commits.add(commit.deepCopy());
        }
        return signed(push);
    }

    /// A push of ten commits that are nowhere to be found.
    Payload push(String cloneUrl) throws IOException {
        var push = push("storm", "https://github.example.com/bench/storm");
        locate(push, cloneUrl);
        return signed(push);
    }

    Payload pullRequest(String cloneUrl, int number) throws IOException {
        var url = "https://github.example.com/bench/storm";
        var request = JSON.createObjectNode().put("action", "synchronize").put("number", number);
        request.set("repository", repository("storm", url));
        locate(request, cloneUrl);
        var side = JSON.createObjectNode().put("ref", "feature").put("sha", hash());
        side.set("repo", JSON.createObjectNode().put("clone_url", cloneUrl));
        var details = request.putObject("pull_request").put("merged", false);
        details.set("head", side);
        details.set("base", side.deepCopy().put("ref", "main"));
        return signed("pull_request", request);
    }

    Payload ping() throws IOException {
        return signed("ping", JSON.createObjectNode().put("zen", sentence()).put("hook_id", 1));
    }

    private static void locate(ObjectNode payload, String cloneUrl) {
        ((ObjectNode) payload.path("repository")).put("clone_url", cloneUrl).remove("ssh_url");
    }

    private Payload signed(ObjectNode push) throws IOException {
        return signed("push", push);
    }

    private Payload signed(String event, ObjectNode payload) throws IOException {
        var body = JSON.writeValueAsBytes(payload);
        return new Payload(event, body, "sha256=" + signature(body));
    }

    private ObjectNode push(String name, String url) {
        var push = JSON.createObjectNode();
        push.put("ref", "refs/heads/main");
        push.put("before", hash());
        push.put("after", hash());
        push.set("repository", repository(name, url));
        push.set("pusher", JSON.createObjectNode().put("name", "dev").put("email", "dev@bench"));
        push.set("sender", owner("dev"));
        push.put("created", false).put("deleted", false).put("forced", false).putNull("base_ref");
        push.put("compare", url + "/compare/" + hash().substring(0, 12));
        var commits = push.putArray("commits");
        for (int i = 0; i < COMMITS; i++) {
            commits.add(commit(url, name));
        }
        push.set("head_commit", commits.get(COMMITS - 1).deepCopy());
        return push;
    }

    private ObjectNode repository(String name, String url) {
        var repository = JSON.createObjectNode();
        repository.put("id", random.nextInt(1_000_000_000)).put("name", name);
        repository.put("full_name", "bench/" + name).put("private", true);
        repository.set("owner", owner("bench"));
        repository.put("html_url", url).put("url", url).put("clone_url", url + ".git");
        repository.put("ssh_url", "git@github.example.com:bench/" + name + ".git");
        for (var link : LINKS) {
            repository.put(link.replace('/', '_') + "_url", "https://github.example.com/x/" + link);
        }
        repository.put("size", random.nextInt(100_000)).put("default_branch", "main");
        repository.put("pushed_at", 1_780_000_000 + random.nextInt(1_000_000));
        return repository;
    }

    private ObjectNode owner(String login) {
        var url = "https://github.example.com/users/" + login;
        return JSON.createObjectNode()
                .put("login", login)
                .put("id", random.nextInt(1_000_000))
                .put("avatar_url", url + "/avatar")
                .put("url", url)
                .put("html_url", url)
                .put("repos_url", url + "/repos")
                .put("type", "User")
                .put("site_admin", false);
    }

    private ObjectNode commit(String url, String name) {
        var id = hash();
        var person =
                JSON.createObjectNode()
                        .put("name", word() + " " + word())
                        .put("email", word() + "@example.com")
                        .put("username", word());
        var commit = JSON.createObjectNode();
        commit.put("id", id).put("tree_id", hash()).put("distinct", true);
        commit.put("message", sentence()).put("timestamp", "2026-06-01T10:00:00+02:00");
        commit.put("url", url + "/commit/" + id);
        commit.set("author", person);
        commit.set("committer", person.deepCopy());
        commit.putArray("added");
        commit.putArray("removed");
        files(commit.putArray("modified"), name);
        return commit;
    }

    private void files(ArrayNode files, String name) {
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            files.add("apps/" + name + "/" + word() + "-" + word() + ".yaml");
        }
    }

    private String sentence() {
        var text = new StringBuilder();
        int words = 5 + random.nextInt(8);
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(word());
        }
        return text.toString();
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private String hash() {
        var bytes = new byte[20];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private String signature(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has HMAC-SHA256", impossible);
        }
    }
}
