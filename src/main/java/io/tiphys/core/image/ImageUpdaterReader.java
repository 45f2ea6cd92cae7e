package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.image.ImageUpdater.Reference;
import io.tiphys.core.model.Fields;
import io.tiphys.core.model.Glob;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.LabelSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads an `argocd-image-updater.argoproj.io/v1alpha1` ImageUpdater. What an image does not say is
/// what its reference says, and else what the resource says for all.
public final class ImageUpdaterReader {

    private static final Pattern WILD = Pattern.compile("[*?\\[\\]]");
    private static final Pattern SET = Pattern.compile("\\[.*?\\]");
    private static final int EXACT = 1_000_000;
    private static final int LABELLED = 10_000;
    private static final int LABEL = 100;

    private static final String UNKNOWN_SIGNER =
            "imagesVerification says not by whom images must be signed: it needs a cosignKey or"
                    + " keyless";

    private ImageUpdaterReader() {}

    /// @param tree the custom resource
    /// @throws InvalidSpecException if it cannot be followed, with the sentence for its author
    public static ImageUpdater read(Map<String, Object> tree, RegistryNames names) {
        var id = ImageUpdater.Id.of(tree);
        var spec = new Fields("spec", fields(tree));
        var common = Level.read(spec, id.namespace());
        var references =
                spec.objects("applicationRefs", it -> reference(it, id.namespace(), common, names));
        if (references.isEmpty()) {
            throw new InvalidSpecException("spec.applicationRefs names no Application");
        }
        requireDifferent(references);
        var problems = new ArrayList<String>();
        var namespace = spec.string("namespace");
        if (!namespace.isEmpty() && !namespace.equals(id.namespace())) {
            problems.add(
                    "spec.namespace is not followed: Applications are looked for in the resource's own namespace, %s"
                            .formatted(id.namespace()));
        }
        return new ImageUpdater(id, references, problems);
    }

    private static Map<String, Object> fields(Map<String, Object> tree) {
        return new Fields("resource", tree).object("spec").tree();
    }

    private static void requireDifferent(List<Reference> references) {
        var patterns = new HashSet<Glob>();
        for (var reference : references) {
            if (!patterns.add(reference.name())) {
                throw new InvalidSpecException(
                        "spec.applicationRefs has the namePattern '%s' twice"
                                .formatted(reference.name()));
            }
        }
    }

    private static Reference reference(
            Fields fields, String namespace, Level common, RegistryNames names) {
        var pattern = fields.string("namePattern");
        if (pattern.isEmpty()) {
            throw new InvalidSpecException(fields.where() + ".namePattern is required");
        }
        var labels =
                fields.has("labelSelectors")
                        ? Optional.of(LabelSelector.read(fields.object("labelSelectors")))
                        : Optional.<LabelSelector>empty();
        var level = Level.read(fields, namespace).over(common);
        var images = fields.objects("images", Function.identity());
        boolean annotated = fields.bool("useAnnotations");
        if (images.isEmpty() && !annotated) {
            throw new InvalidSpecException(
                    "%s with the namePattern '%s' needs images, or useAnnotations: true"
                            .formatted(fields.where(), pattern));
        }
        return new Reference(
                Glob.ofNames(fields.where() + ".namePattern", pattern),
                labels,
                annotated
                        ? level.annotations()
                        : Optional.of(list(images, namespace, level, names)),
                annotated ? level.signer() : Optional.empty(),
                closeness(pattern, labels));
    }

    private static int closeness(String pattern, Optional<LabelSelector> labels) {
        int characters = SET.matcher(pattern).replaceAll("").replaceAll("[*?]", "").length();
        int parts = labels.map(it -> it.labels().size() + it.expressions().size()).orElse(0);
        return characters
                + (WILD.matcher(pattern).find() ? 0 : EXACT)
                + (labels.isPresent() ? LABELLED : 0)
                + LABEL * parts;
    }

    private static ImageList list(
            List<Fields> images, String namespace, Level level, RegistryNames names) {
        var reading = new ImageList.Reading();
        for (var fields : images) {
            var alias = fields.string("alias");
            var image = fields.string("imageName");
            var own = Level.read(fields, namespace).over(level);
            reading.add(
                    alias + "=" + image,
                    () -> {
                        if (own.lacksSigner()) {
                            throw new InvalidEntryException(UNKNOWN_SIGNER);
                        }
                        var keys = keys(fields, level.writeBack());
                        return ImageEntry.parse(Optional.of(alias), image)
                                .track(keys.over(own.options()), names)
                                .signedBy(own.signer());
                    });
        }
        return reading.list(level.writeBack());
    }

    /// Where files name the image.
    private static ImageOptions keys(Fields image, WriteBackSettings written) {
        var targets = image.object("manifestTargets");
        var kinds = List.of("helm", "kustomize", "plugin").stream().filter(targets::has).toList();
        if (kinds.isEmpty()) {
            return new ImageOptions(Map.of(), Map.of());
        }
        if (kinds.size() > 1) {
            throw new InvalidEntryException(
                    "manifestTargets must have one of helm, kustomize and plugin, and has "
                            + String.join(" and ", kinds));
        }
        var kind = kinds.getFirst();
        var target = targets.object(kind);
        if (kind.equals("plugin")) {
            requireVariables(target, written);
        }
        var texts = new HashMap<String, String>();
        for (var key :
                kind.equals("kustomize") ? List.of("name") : List.of("name", "tag", "spec")) {
            put(texts, kind + ".image-" + key, target, key);
        }
        return new ImageOptions(texts, Map.of());
    }

    /// A plugin is told them by the source's parameters alone.
    private static void requireVariables(Fields plugin, WriteBackSettings written) {
        if (plugin.string("spec").isBlank()
                && (plugin.string("name").isBlank() || plugin.string("tag").isBlank())) {
            throw new InvalidEntryException(
                    "manifestTargets.plugin needs spec, or name and tag: variables that the plugin"
                            + " is told");
        }
        if (written.method().startsWith("git") && !written.target().isEmpty()) {
            throw new InvalidEntryException(
                    "manifestTargets.plugin is written to .argocd-source-<application>.yaml, and"
                            + " writeBackTarget names another file");
        }
    }

    private static void put(Map<String, String> texts, String name, Fields fields, String key) {
        if (fields.has(key)) {
            texts.put(name, fields.string(key));
        }
    }

    /// What is said at one of the three places where the same can be said.
    ///
    /// @param verified whether images are to be signed; empty if nothing is said
    /// @param named by whom, if they are
    private record Level(
            ImageOptions options,
            Map<String, String> written,
            Optional<PullRequestSettings> pullRequest,
            Optional<Boolean> verified,
            Optional<Signer> named) {

        static Level read(Fields fields, String namespace) {
            var settings = fields.object("commonUpdateSettings");
            var texts = new HashMap<String, String>();
            put(texts, "update-strategy", settings, "updateStrategy");
            put(texts, "allow-tags", settings, "allowTags");
            put(texts, "pull-secret", settings, "pullSecret");
            // Nothing depends on it: what does not run is updated all the same.
            var _ = settings.bool("forceUpdate");
            var lists = new HashMap<String, List<String>>();
            if (settings.has("ignoreTags")) {
                lists.put("ignore-tags", settings.strings("ignoreTags"));
            }
            if (settings.has("platforms")) {
                lists.put("platforms", settings.strings("platforms"));
            }
            var write = fields.object("writeBackConfig");
            var git = write.object("gitConfig");
            var written = new HashMap<String, String>();
            put(written, "method", write, "method");
            for (var key : List.of("writeBackTarget", "branch", "repository")) {
                put(written, key, git, key);
            }
            var verification = fields.object("imagesVerification");
            return new Level(
                    new ImageOptions(texts, lists),
                    written,
                    git.has("pullRequest")
                            ? Optional.of(pullRequest(git.object("pullRequest")))
                            : Optional.empty(),
                    fields.has("imagesVerification")
                            ? Optional.of(
                                    !verification.has("enabled") || verification.bool("enabled"))
                            : Optional.empty(),
                    named(verification, namespace));
        }

        /// The Secret is in the resource's own namespace.
        private static Optional<Signer> named(Fields verification, String namespace) {
            if (verification.has("keyless")) {
                return Optional.of(identity(verification));
            }
            if (!verification.has("cosignKey")) {
                return Optional.empty();
            }
            var key = verification.object("cosignKey");
            var secret = key.string("secretName").strip();
            var entry = key.string("key").strip();
            if (secret.isEmpty() || entry.isEmpty()) {
                throw new InvalidSpecException(key.where() + " needs secretName and key");
            }
            return Optional.of(new Signer.Key(namespace, secret, entry));
        }

        private static Signer identity(Fields verification) {
            var keyless = verification.object("keyless");
            var issuer = keyless.string("issuer").strip();
            var subject = keyless.string("subject").strip();
            var pattern = keyless.string("subjectRegExp").strip();
            if (issuer.isEmpty() || subject.isEmpty() == pattern.isEmpty()) {
                throw new InvalidSpecException(
                        keyless.where() + " needs issuer, and either subject or subjectRegExp");
            }
            if (verification.has("cosignKey")) {
                throw new InvalidSpecException(
                        verification.where() + " cannot have both cosignKey and keyless");
            }
            try {
                return pattern.isEmpty()
                        ? new Signer.Identity(issuer, subject, Optional.empty())
                        : Signer.Identity.byPattern(issuer, pattern);
            } catch (InvalidTagFilterException invalid) {
                throw new InvalidSpecException(keyless.where() + ": " + invalid.getMessage());
            }
        }

        /// Beyond Argo CD Image Updater there are more kinds of hosts, or none if the host's name
        /// tells, where its API is, and merges.
        private static PullRequestSettings pullRequest(Fields fields) {
            var kinds =
                    Arrays.stream(HostKind.values()).filter(it -> fields.has(it.field())).toList();
            if (kinds.size() > 1) {
                throw new InvalidSpecException(
                        "%s must have one kind of host, and has %s"
                                .formatted(
                                        fields.where(),
                                        kinds.stream()
                                                .map(HostKind::field)
                                                .collect(Collectors.joining(" and "))));
            }
            return new PullRequestSettings(
                    kinds.stream().findFirst(),
                    "",
                    fields.string("apiURL"),
                    fields.strings("labels"),
                    fields.bool("autoMerge"));
        }

        Level over(Level lower) {
            var all = new HashMap<>(lower.written);
            all.putAll(written);
            return new Level(
                    options.over(lower.options),
                    all,
                    pullRequest.or(lower::pullRequest),
                    verified.or(lower::verified),
                    named.or(lower::named));
        }

        WriteBackSettings writeBack() {
            return new WriteBackSettings(
                    written("method"),
                    written("writeBackTarget"),
                    written("branch"),
                    written("repository"),
                    pullRequest.filter(_ -> written("method").startsWith("git")));
        }

        private String written(String key) {
            return written.getOrDefault(key, "").strip();
        }

        /// By whom images are to be signed, if they are.
        Optional<Signer> signer() {
            return verified.orElse(false) ? named : Optional.empty();
        }

        boolean lacksSigner() {
            return verified.orElse(false) && named.isEmpty();
        }

        /// What is read of the Applications' annotations: nothing if images are to be signed and
        /// nobody knows by whom.
        Optional<ImageList> annotations() {
            return lacksSigner()
                    ? Optional.of(
                            new ImageList(
                                    List.of(),
                                    List.of(new ImageList.Problem("*", UNKNOWN_SIGNER)),
                                    WriteBackSettings.NONE))
                    : Optional.empty();
        }
    }
}
