package io.tiphys.support;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Posts to the webhooks what a Git host and a registry post, with the secrets that the service
/// has at this time: they are read once.
public final class Deliveries {

    public static final String GIT_HOST = "/api/webhook";
    public static final String REGISTRY = "/api/registry-webhook/distribution";

    private final Tiphys tiphys;
    private final String gitHubSecret;
    private final String registrySecret;

    public Deliveries(Tiphys tiphys) {
        this.tiphys = tiphys;
        gitHubSecret = tiphys.secret("webhook.github.secret");
        registrySecret = tiphys.secret("webhook.distribution.secret");
    }

    /// What GitHub says of a push to main of the sample repository.
    public static byte[] push(String cloneUrl, String before, String after) {
        return """
        {"ref": "refs/heads/main", "before": "%s", "after": "%s", "forced": false,
         "repository": {"clone_url": "%s", "default_branch": "main"}, "commits": []}\
        """
                .formatted(before, after, cloneUrl)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The same with the files that the push changed.
    public static byte[] push(String cloneUrl, String before, String after, List<String> files) {
        var modified = String.join("\", \"", files);
        var commit =
                """
                "commits": [{"id": "%s", "added": [], "modified": ["%s"], "removed": []}]\
                """
                        .formatted(after, modified);
        return new String(push(cloneUrl, before, after), StandardCharsets.UTF_8)
                .replace("\"commits\": []", commit)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// As GitHub does, signed.
    public HttpResponse<String> fromGitHub(String delivery, byte[] body) {
        return fromGitHub(delivery, body, "sha256=" + signature(body));
    }

    public HttpResponse<String> fromGitHub(String delivery, byte[] body, String signature) {
        return tiphys.post(
                GIT_HOST,
                body,
                "Content-Type",
                "application/json",
                "X-GitHub-Event",
                "push",
                "X-GitHub-Delivery",
                delivery,
                "X-Hub-Signature-256",
                signature);
    }

    /// What a distribution registry says of an image pushed to `registry.local`.
    public HttpResponse<String> imagePushed(String repository, String tag) {
        return imagePushed(
                repository,
                tag,
                "sha256:5092cbaa2158312c8accbf05c893e87e2bc5ca8549ceb47601091c88ed749155");
    }

    /// The same of another image under the tag.
    public HttpResponse<String> imagePushed(String repository, String tag, String digest) {
        var body =
                """
                {"events": [{
                  "id": "%1$s-%2$s-%3$s",
                  "timestamp": "2026-11-21T07:50:57.102127018Z",
                  "action": "push",
                  "target": {
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "size": 345,
                    "digest": "%3$s",
                    "repository": "%1$s",
                    "url": "https://registry.local/v2/%1$s/manifests/%2$s",
                    "tag": "%2$s"
                  },
                  "request": {"host": "registry.local", "method": "PUT"}
                }]}
                """
                        .formatted(repository, tag, digest);
        return tiphys.post(
                REGISTRY,
                body.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/vnd.docker.distribution.events.v2+json",
                "Authorization",
                "Bearer " + registrySecret);
    }

    private String signature(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            var key = gitHubSecret.getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
