package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where an Application's new tags are written.
public sealed interface WriteBackPlan {

    Pattern SECRET = Pattern.compile("git:secret:(?:([a-z0-9.-]+)/)?([a-z0-9.-]+)");

    /// Where there is no other.
    String MANIFESTS = "manifests";

    /// Into the source's parameters in the Application itself (`argocd`).
    record Specification() implements WriteBackPlan {}

    /// Into files of a repository (`git`).
    ///
    /// @param repoUrl as the Application has it
    /// @param branch that is read, and written if there is no other
    /// @param pushed name of the branch that is written, a template; empty if it is the same
    /// @param secret in the Application's namespace, to push with; empty for what the repository is
    ///     usually pushed to with
    /// @param proposal how the change is proposed; empty if it is made
    record Commit(
            String repoUrl,
            String branch,
            Optional<String> pushed,
            Target target,
            Optional<String> secret,
            Optional<Proposal> proposal)
            implements WriteBackPlan {}

    /// A change that people, or their host, let in.
    ///
    /// @param head the branch that it is proposed by; all that is proposed by one is one request
    /// @param labels that the request is to have
    /// @param merges whether the host is to merge it by itself
    record Proposal(HostedRepository repository, String head, List<String> labels, boolean merges) {

        public Proposal {
            labels = List.copyOf(labels);
        }

        /// The same, not to be mixed with what is proposed of others.
        public Proposal of(ApplicationId application, String alias) {
            return new Proposal(
                    repository, "%s/%s/%s".formatted(head, application, alias), labels, merges);
        }
    }

    /// Nowhere.
    ///
    /// @param problem what the author should mend
    record Impossible(String problem) implements WriteBackPlan {}

    /// What kind of file is edited, and where it lies. Paths are relative to the repository's root.
    sealed interface Target {

        /// `.argocd-source-<application>.yaml`, which is laid over the source.
        ///
        /// @param folder the source's
        record SourceFile(String folder, String name) implements Target {}

        /// `images` of the kustomization in a folder.
        record Kustomization(String folder) implements Target {}

        /// Values of a chart, in a file.
        record HelmValues(String file) implements Target {}

        /// `image` of the containers in a folder's manifests, and what a comment marks as an image.
        record Manifests(String folder, boolean recurse) implements Target {}
    }

    /// @param list of the Application
    static WriteBackPlan of(Application application, ImageList list) {
        var plan = of(application, list.writeBack());
        boolean parameters =
                plan instanceof Specification
                        || (plan instanceof Commit commit
                                && commit.target() instanceof Target.SourceFile);
        return parameters ? withParameters(application, list, plan) : plan;
    }

    private static WriteBackPlan of(Application application, WriteBackSettings settings) {
        var method = settings.method();
        if (settings.pullRequest().isPresent() && !method.startsWith("git")) {
            return new Impossible("what is to be proposed needs write-back-method git");
        }
        var secret = SECRET.matcher(method);
        if (secret.matches()) {
            return of(application, settings, secret.group(1), secret.group(2));
        }
        return switch (method) {
            case "", "argocd" -> new Specification();
            case "git", "git:repocreds" -> commit(application, settings, Optional.empty());
            default ->
                    new Impossible(
                            "write-back-method must be argocd, git or git:secret:<name>, and is '%s'"
                                    .formatted(method));
        };
    }

    /// A Secret of another namespace is for whoever has that.
    private static WriteBackPlan of(
            Application application,
            WriteBackSettings settings,
            @Nullable String namespace,
            String name) {
        return namespace == null || namespace.equals(application.id().namespace())
                ? commit(application, settings, Optional.of(name))
                : new Impossible(
                        "write-back-method names a Secret of the namespace %s, and it must be in the Application's own"
                                .formatted(namespace));
    }

    private static WriteBackPlan withParameters(
            Application application, ImageList list, WriteBackPlan plan) {
        var type = type(application).orElse(Source.Type.HELM);
        if (type == Source.Type.PLUGIN
                && list.images().stream().anyMatch(it -> it.keys() instanceof ImageKeys.Plugin)) {
            return plan;
        }
        return switch (type) {
            case HELM, KUSTOMIZE -> plan;
            case DIRECTORY, PLUGIN ->
                    new Impossible(
                            "a source of type %s has no parameters for them; with write-back-method git and write-back-target manifests they are written to its files"
                                    .formatted(type.wire()));
        };
    }

    /// What renders the source that tags are written to, if that is known yet: by its options, or
    /// by what its status says.
    static Optional<Source.Type> type(Application application) {
        var sources = application.sources();
        var source = sources.written();
        if (!source.chart().isEmpty()) {
            return Optional.of(Source.Type.HELM);
        }
        var status = application.status().tree();
        var types = Json.array(status, "sourceTypes");
        int index = sources.all().indexOf(source);
        var wire =
                index < types.size()
                        ? String.valueOf(types.get(index))
                        : Json.string(status, "sourceType");
        return source.options()
                .map(Source.Options::type)
                .or(
                        () ->
                                Arrays.stream(Source.Type.values())
                                        .filter(it -> it.wire().equals(wire))
                                        .findFirst());
    }

    private static WriteBackPlan commit(
            Application application, WriteBackSettings settings, Optional<String> secret) {
        var repository = Optional.of(settings.repository()).filter(it -> !it.isEmpty());
        var written = application.sources().written();
        // Beside a chart there may be a source that is only read: its values.
        var source =
                written.isGit() ? Optional.of(written) : application.sources().git().findFirst();
        if (source.isEmpty() && repository.isEmpty()) {
            return new Impossible(
                    "the source is a chart or an artefact, and updates are written to Git: name a"
                            + " git-repository, or write-back-method argocd");
        }
        try {
            var target =
                    target(
                            settings.target(),
                            clean(source.map(Source::path).orElse("")),
                            ".argocd-source-%s.yaml".formatted(application.id().name()),
                            written.recurses());
            if (target instanceof Target.SourceFile && !written.isGit()) {
                return new Impossible(
                        "nothing in Git is laid over a chart: name a write-back-target, or"
                                + " write-back-method argocd");
            }
            var branch = settings.branch();
            int colon = branch.indexOf(':');
            var base = (colon < 0 ? branch : branch.substring(0, colon)).strip();
            var pushed = colon < 0 ? "" : branch.substring(colon + 1).strip();
            var commit =
                    new Commit(
                            repository.or(() -> source.map(Source::repoUrl)).orElseThrow(),
                            base.isEmpty()
                                    ? source.map(Source::targetRevision).orElse("HEAD")
                                    : base,
                            Optional.of(pushed).filter(it -> !it.isEmpty() && !it.equals(base)),
                            target,
                            secret,
                            Optional.empty());
            return settings.pullRequest()
                    .<WriteBackPlan>map(it -> ProposalPlan.of(application.id(), commit, it))
                    .orElse(commit);
        } catch (InvalidTargetException invalid) {
            return new Impossible(String.valueOf(invalid.getMessage()));
        }
    }

    private static Target target(String text, String folder, String sourceFile, boolean recurse) {
        int colon = text.indexOf(':');
        var kind = colon < 0 ? text : text.substring(0, colon);
        var path = colon < 0 ? "" : text.substring(colon + 1).strip();
        return switch (kind) {
            case "" -> new Target.SourceFile(folder, sourceFile);
            case "kustomization" -> new Target.Kustomization(resolved(folder, path));
            case "helmvalues" ->
                    new Target.HelmValues(resolved(folder, path.isEmpty() ? "values.yaml" : path));
            case MANIFESTS -> new Target.Manifests(resolved(folder, path), recurse);
            default ->
                    throw new InvalidTargetException(
                            "write-back-target must be kustomization, helmvalues or manifests, each"
                                    + " with :path or without, and is '%s'".formatted(text));
        };
    }

    /// @param path from the root if it begins with a slash, else from the folder
    private static String resolved(String folder, String path) {
        return clean(path.startsWith("/") ? path : folder + "/" + path);
    }

    /// Without parts that mean nothing.
    private static String clean(String path) {
        var parts = new ArrayDeque<String>();
        for (var part : path.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> {
                    if (parts.pollLast() == null) {
                        throw new InvalidTargetException(
                                "The path '%s' leads out of the repository".formatted(path));
                    }
                }
                default -> parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /// A target that there is not.
    final class InvalidTargetException extends RuntimeException {

        InvalidTargetException(String message) {
            super(message);
        }
    }
}
