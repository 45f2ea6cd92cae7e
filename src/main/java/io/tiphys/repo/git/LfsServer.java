package io.tiphys.repo.git;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Digest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.Web;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A server of large files, by the batch API of Git LFS and its basic transfer. It says where a
/// file is and what is shown there; that goes to no other host.
///
/// @param address that `objects/batch` is below, with a slash at its end
/// @param web how it is reached
/// @param elsewhere how other hosts are reached that it names
/// @param shown headers for itself
record LfsServer(
        String repository,
        URI address,
        Web web,
        GitCredential elsewhere,
        Map<String, String> shown,
        Duration timeout) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.git-lfs+json";
    private static final String AUTHORIZATION = "Authorization";
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;
    private static final int MAX_HEADERS = 20;
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{0,8192}");

    /// @param repository its address, for messages
    /// @param credential how the server is reached
    static LfsServer of(
            String repository,
            String address,
            GitCredential credential,
            Map<String, String> shown,
            Duration timeout) {
        var uri = uri(repository, address.replaceFirst("/*$", "/"));
        if (!Web.isWeb(uri)) {
            throw new ManifestFailure(
                    "The large files of %s are at no address on the web".formatted(repository));
        }
        var web = new Web(repository, uri, credential, timeout);
        return new LfsServer(repository, uri, web, credential.forOthers(), shown, timeout);
    }

    /// One that the repository's host tells of, by `git-lfs-authenticate`.
    ///
    /// @param answer of that command; empty if the host does not know it
    static LfsServer told(
            String repository, byte[] answer, GitCredential credential, Duration timeout) {
        try {
            var json = JSON.readTree(answer);
            if (json.path("href").isTextual()) {
                return of(
                        repository,
                        json.path("href").asText(),
                        credential,
                        headers(repository, json.path("header")),
                        timeout);
            }
        } catch (IOException malformed) {
            throw noServer(repository);
        }
        throw noServer(repository);
    }

    private static ManifestFailure noServer(String repository) {
        return new ManifestFailure(
                "The host of %s does not say by SSH where its large files are"
                        .formatted(repository));
    }

    /// Writes the bytes of a file, whatever they are.
    ///
    /// @return false, with nothing written, if the server wants to know who asks
    /// @throws ManifestFailure if it does not have the file, or it cannot be had
    boolean download(LargeFile file, OutputStream out) {
        try (var answer = web.post(address.resolve("objects/batch"), asking(), question(file))) {
            if (answer.status() == HttpURLConnection.HTTP_UNAUTHORIZED) {
                return false;
            }
            if (answer.status() != HttpURLConnection.HTTP_OK) {
                throw web.refused(answer.status(), "server of large files");
            }
            return download(action(answer.bytes("its answer", MAX_ANSWER_BYTES), file), file, out);
        }
    }

    /// Why it gives nothing to whom it was told of.
    ManifestFailure unauthorized() {
        return web.refused(HttpURLConnection.HTTP_UNAUTHORIZED, "large files");
    }

    private Map<String, String> asking() {
        var headers = new HashMap<>(shown);
        headers.put("Accept", TYPE);
        headers.put("Content-Type", TYPE);
        return headers;
    }

    private static byte[] question(LargeFile file) {
        var object = Map.of("oid", oid(file), "size", file.size());
        try {
            return JSON.writeValueAsBytes(
                    Map.of(
                            "operation",
                            "download",
                            "transfers",
                            List.of("basic"),
                            "hash_algo",
                            "sha256",
                            "objects",
                            List.of(object)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Texts and numbers are JSON", impossible);
        }
    }

    /// Where the file is.
    private JsonNode action(byte[] answer, LargeFile file) {
        try {
            for (var object : JSON.readTree(answer).path("objects")) {
                var action = object.path("actions").path("download");
                if (object.path("oid").asText().equals(oid(file)) && action.isObject()) {
                    return action;
                }
                int code = object.path("error").path("code").asInt();
                if (code != 0) {
                    throw web.refused(code, "large file " + file.digest());
                }
            }
        } catch (JacksonException malformed) {
            throw web.failure("what its server of large files answers is no JSON", true);
        } catch (IOException impossible) {
            throw new IllegalStateException("Memory can be read", impossible);
        }
        throw web.refused(HttpURLConnection.HTTP_NOT_FOUND, "large file " + file.digest());
    }

    private boolean download(JsonNode action, LargeFile file, OutputStream out) {
        var at = uri(repository, action.path("href").asText());
        boolean downgrade =
                "https".equals(address.getScheme()) && !"https".equalsIgnoreCase(at.getScheme());
        if (downgrade || !Web.isWeb(at)) {
            throw web.failure("a large file is at no encrypted address on the web", false);
        }
        boolean own = web.isOwn(at);
        var headers = headers(repository, action.path("header"));
        if (own && headers.keySet().stream().noneMatch(AUTHORIZATION::equalsIgnoreCase)) {
            headers.putAll(shown);
        }
        var from = own ? web : new Web(repository, at, elsewhere, timeout);
        try (var answer = from.get(at, headers)) {
            if (answer.status() == HttpURLConnection.HTTP_UNAUTHORIZED && own) {
                return false;
            }
            if (answer.status() != HttpURLConnection.HTTP_OK) {
                throw from.refused(answer.status(), "large file " + file.digest());
            }
            answer.copy("the large file", file.size(), out);
            return true;
        }
    }

    /// What a server wants to be shown. Whatever is none would be told in a message.
    private static Map<String, String> headers(String repository, JsonNode json) {
        var headers = new HashMap<String, String>();
        for (var header : json.properties()) {
            var value = header.getValue().asText();
            if (!HEADER.matcher(header.getKey()).matches()
                    || !VALUE.matcher(value).matches()
                    || headers.size() == MAX_HEADERS) {
                throw new ManifestFailure(
                        "The host of %s wants headers for a large file that are none"
                                .formatted(repository));
            }
            headers.put(header.getKey(), value);
        }
        return headers;
    }

    private static URI uri(String repository, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException none) {
            throw new ManifestFailure(
                    "The large files of %s are at an address that is none".formatted(repository));
        }
    }

    private static String oid(LargeFile file) {
        return file.digest().substring(Digest.KIND.length());
    }
}
