package io.tiphys.repo.chart;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Digest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.chart.KnownAnswers.Known;
import io.tiphys.repo.host.Web;
import io.tiphys.repo.host.Web.Answer;
import io.tiphys.repo.identity.Identities;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One repository of an OCI registry, by the distribution API. Every manifest and blob is what its
/// digest says.
final class Registry {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Of names as the distribution specification has them.
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*");

    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");

    private static final String MANIFESTS =
            "application/vnd.oci.image.manifest.v1+json,"
                    + " application/vnd.docker.distribution.manifest.v2+json,"
                    + " application/vnd.oci.image.index.v1+json,"
                    + " application/vnd.docker.distribution.manifest.list.v2+json";

    /// As large as registries have to take one.
    private static final int MAX_JSON = 4 * 1024 * 1024;

    private static final int MAX_TAGS = 100_000;
    private static final int MAX_REFERRERS = 10_000;

    /// What registries answer that do not list referrers.
    private static final Set<Integer> LISTS_NONE = Set.of(400, 404, 405, 406);

    /// Of a list that has nothing on some of its pages.
    private static final int MAX_PAGES = 100;

    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    /// Where it is asked too often and does not say for how long not to.
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    private static final int MAX_ATTEMPTS = 3;

    /// As registries tell that they bear no more questions for some time: alone, or with the time
    /// that they count by behind it.
    private static final Pattern SPENT = Pattern.compile("\\s*0\\s*(?:;.*)?");

    private final String shown;
    private final String name;
    private final URI base;
    private final Web web;
    private final RegistryLogin login;
    private final long maxBlob;
    private final Turns turns;
    private final KnownAnswers known;

    /// What an artefact consists of.
    ///
    /// @param digest of the manifest itself
    record Manifest(String digest, String configType, List<Layer> layers) {}

    record Layer(String type, String digest) {}

    /// @param bytes that the digest is of
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Document(String digest, JsonNode json, byte[] bytes) {}

    /// @param address host and name, without a scheme
    Registry(String address, GitCredential credential, RepoConfig config, Identities identities) {
        this(address, Optional.empty(), credential, config, identities, Turns.ALWAYS);
    }

    /// @param api where it is asked, if that is not at its own host
    Registry(
            String address,
            Optional<URI> api,
            GitCredential credential,
            RepoConfig config,
            Identities identities,
            Turns turns) {
        this.turns = turns;
        int slash = address.indexOf('/');
        name = slash < 0 ? "" : address.substring(slash + 1);
        if (!NAME.matcher(name).matches()) {
            throw new ManifestFailure(
                    "The address of an artefact must be a registry's host and a name in lower case:"
                            + " "
                            + address);
        }
        shown = address;
        var host = address.substring(0, slash);
        base =
                api.map(it -> URI.create(it + "/v2/" + name + "/"))
                        .orElseGet(() -> base(credential.plainHttp() ? "http" : "https", host));
        web = new Web("The repository " + address, base, credential, config.timeout());
        login = new RegistryLogin(web, identities, "repository:" + name + ":pull");
        maxBlob = config.archives().packed().asLongValue();
        known = KnownAnswers.none();
    }

    private Registry(Registry same, KnownAnswers known) {
        shown = same.shown;
        name = same.name;
        base = same.base;
        web = same.web;
        login = same.login;
        maxBlob = same.maxBlob;
        turns = same.turns;
        this.known = known;
    }

    /// The same, asked only for what has changed since.
    Registry knowing(KnownAnswers answers) {
        return new Registry(this, answers);
    }

    /// Docker's own registry answers under another name than it goes by.
    private URI base(String scheme, String host) {
        try {
            var real = host.equals("docker.io") ? "registry-1.docker.io" : host;
            return URI.create(scheme + "://" + real + "/v2/" + name + "/");
        } catch (IllegalArgumentException none) {
            throw new ManifestFailure("The registry's address is none: " + shown);
        }
    }

    /// Its address, for messages.
    String shown() {
        return shown;
    }

    static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    List<String> tags() {
        var tags = new ArrayList<String>();
        var next = Optional.of(base.resolve("tags/list?n=1000"));
        while (next.isPresent()) {
            var page =
                    read(next.get(), "application/json", "its list of tags")
                            .orElseThrow(() -> web.refused(404, "artefact " + name));
            for (var tag : json("list of tags", page.body()).path("tags")) {
                tags.add(tag.asText());
            }
            if (tags.size() > MAX_TAGS) {
                throw web.failure("it has more than %,d tags".formatted(MAX_TAGS), false);
            }
            next = next(page.link(), next.get(), "tags");
        }
        return tags;
    }

    /// What says of itself that it is about a manifest. Where the registry does not list them, who
    /// pushes keeps the list under a tag.
    ///
    /// @param digest of the manifest
    /// @return descriptors, in no order
    List<JsonNode> referrers(String digest) {
        var referrers = new ArrayList<JsonNode>();
        var next = Optional.of(base.resolve("referrers/" + digest));
        for (int page = 0; next.isPresent(); page++) {
            if (page == MAX_PAGES) {
                throw web.failure("its list of referrers has too many pages", false);
            }
            try (var answer = get(next.get(), INDEX)) {
                if (page == 0 && LISTS_NONE.contains(answer.status())) {
                    return document(digest.replace(':', '-'))
                            .map(it -> described(it.json()))
                            .orElse(List.of());
                }
                if (answer.status() != 200) {
                    throw web.refused(answer.status(), "referrers of " + digest);
                }
                var what = "list of referrers";
                referrers.addAll(described(json(what, bytes(answer, "its " + what))));
                if (referrers.size() > MAX_REFERRERS) {
                    throw web.failure(
                            "%s has more than %,d referrers".formatted(digest, MAX_REFERRERS),
                            false);
                }
                next = next(answer.header("Link"), next.get(), "referrers");
            }
        }
        return referrers;
    }

    private static List<JsonNode> described(JsonNode index) {
        var descriptors = new ArrayList<JsonNode>();
        index.path("manifests").forEach(descriptors::add);
        return descriptors;
    }

    /// Further ones are this registry's, at another address than those before.
    private Optional<URI> next(String head, URI before, String what) {
        var link = NEXT.matcher(head);
        if (!link.find()) {
            return Optional.empty();
        }
        try {
            var next = before.resolve(link.group(1));
            if (web.isOwn(next) && !next.equals(before)) {
                return Optional.of(next);
            }
        } catch (IllegalArgumentException none) {
            // As any other that does not lead on.
        }
        throw web.failure("its list of %s goes on elsewhere".formatted(what), false);
    }

    /// @param reference a tag or a digest
    /// @return empty if it has none
    Optional<Manifest> manifest(String reference) {
        return document(reference).map(it -> manifest(reference, it.digest(), it.json()));
    }

    /// The manifest as it is, or the index of several.
    ///
    /// @param reference a tag or a digest
    /// @return empty if it has none
    Optional<Document> document(String reference) {
        var at = base.resolve("manifests/" + reference);
        var manifest = unchanging(at, reference).or(() -> read(at, MANIFESTS, "its manifest"));
        if (manifest.isEmpty()) {
            return Optional.empty();
        }
        var bytes = manifest.get().body();
        var digest = Digest.of(bytes);
        if (Digest.isOne(reference) && !reference.equals(digest)) {
            throw web.failure(
                    "its manifest %s has the digest %s".formatted(reference, digest), true);
        }
        return Optional.of(new Document(digest, json("manifest", bytes), bytes));
    }

    /// What is known at an address that names it by its digest. Who may see it may change, so the
    /// registry, which grants access to whole repositories, must have shown something of it since.
    private Optional<Known> unchanging(URI at, String reference) {
        return Digest.isOne(reference) && known.isShown()
                ? known.find(at.toString()).filter(it -> Digest.of(it.body()).equals(reference))
                : Optional.empty();
    }

    /// What is at an address, which is not sent if it is what is known.
    ///
    /// @param what it is, for messages
    /// @return empty if there is nothing, or what nobody may see
    private Optional<Known> read(URI at, String accept, String what) {
        var before = known.find(at.toString());
        var headers = new HashMap<>(Map.of("Accept", accept));
        before.map(it -> it.version().unchanged()).ifPresent(headers::putAll);
        try (var answer = get(at, headers)) {
            return switch (answer.status()) {
                case 200 -> {
                    var now =
                            new Known(answer.version(), answer.header("Link"), bytes(answer, what));
                    known.put(at.toString(), now);
                    known.shown();
                    yield Optional.of(now);
                }
                case 304 -> {
                    known.shown();
                    yield Optional.of(before.orElseThrow(() -> web.refused(304, what)));
                }
                case 404 -> Optional.empty();
                default -> throw web.refused(answer.status(), what);
            };
        }
    }

    /// What an image's manifest says of the image.
    JsonNode configuration(String digest) {
        return json("configuration", blob(digest, "configuration", MAX_JSON));
    }

    /// A small one, which is what its digest says.
    ///
    /// @param what it is, for messages
    byte[] blob(String digest, String what, int maxBytes) {
        if (!Digest.isOne(digest)) {
            throw web.failure("its %s has no digest by SHA-256".formatted(what), false);
        }
        var at = base.resolve("blobs/" + digest);
        var before = unchanging(at, digest).filter(it -> it.body().length <= maxBytes);
        if (before.isPresent()) {
            return before.get().body();
        }
        try (var answer = get(at, "*/*")) {
            if (answer.status() != 200) {
                throw web.refused(answer.status(), what + " " + digest);
            }
            var bytes = answer.bytes("its " + what, maxBytes);
            if (!digest.equals(Digest.of(bytes))) {
                throw web.failure("its %s is not the one that it names".formatted(what), true);
            }
            known.put(at.toString(), new Known(answer.version(), "", bytes));
            return bytes;
        }
    }

    private Manifest manifest(String reference, String digest, JsonNode json) {
        if (json.has("manifests")) {
            throw web.failure(
                    "%s is an index of several artefacts, and not one".formatted(reference), false);
        }
        var layers = new ArrayList<Layer>();
        for (var layer : json.path("layers")) {
            layers.add(new Layer(layer.path("mediaType").asText(), layer.path("digest").asText()));
        }
        return new Manifest(
                digest, json.path("config").path("mediaType").asText(), List.copyOf(layers));
    }

    /// What it names must be checked by who asks for it.
    void blob(String digest, OutputStream out) {
        if (!Digest.isOne(digest)) {
            throw web.failure("a layer has no digest by SHA-256", false);
        }
        try (var answer = get(base.resolve("blobs/" + digest), "*/*")) {
            if (answer.status() != 200) {
                throw web.refused(answer.status(), "layer " + digest);
            }
            answer.copy("the layer " + digest, maxBlob, out);
        }
    }

    private Answer get(URI uri, String accept) {
        return get(uri, Map.of("Accept", accept));
    }

    private Answer get(URI uri, Map<String, String> headers) {
        var sent = login.known();
        var answer = ask(uri, headers, sent);
        if (answer.status() != 401) {
            return answer;
        }
        try (answer) {
            var asked = login.answer(answer.header("WWW-Authenticate"), answer.uri(), sent);
            if (asked.isEmpty()) {
                throw web.refused(401, name);
            }
        }
        return ask(uri, headers, login.known());
    }

    /// Asks again what it was too busy for.
    private Answer ask(URI uri, Map<String, String> headers, Optional<String> sent) {
        var otherwise = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            turns.await();
            var answer = web.get(uri, headers, sent, Optional.empty());
            if (SPENT.matcher(answer.header("RateLimit-Remaining")).matches()) {
                turns.pause(answer.header("RateLimit-Reset"), Duration.ZERO);
            }
            var retryAfter = answer.header("Retry-After");
            boolean busy =
                    answer.status() == 429 || (answer.status() == 503 && !retryAfter.isEmpty());
            if (!busy || !turns.pause(retryAfter, otherwise) || attempt == MAX_ATTEMPTS) {
                return answer;
            }
            answer.close();
            otherwise = otherwise.multipliedBy(2);
        }
    }

    private static byte[] bytes(Answer answer, String what) {
        return answer.bytes(what, MAX_JSON);
    }

    private JsonNode json(String what, byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException malformed) {
            throw web.failure("its %s is no JSON".formatted(what), true);
        } catch (IOException impossible) {
            throw new IllegalStateException("Memory can be read", impossible);
        }
    }
}
