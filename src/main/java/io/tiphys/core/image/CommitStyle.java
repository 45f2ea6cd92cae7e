package io.tiphys.core.image;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// By whom commits are, and what they say.
///
/// @param template of the message, as Argo CD Image Updater reads it
/// @param problem with the template that the settings have, in whose place the usual one is
/// @param signOff whether messages end with who vouches for the commit
/// @param signing what the settings say of signatures
public record CommitStyle(
        String user,
        String mail,
        String template,
        Optional<String> problem,
        boolean signOff,
        Signing signing) {

    private static final String USUAL =
            """
            build: automatic update of {{ .AppName }}

            {{ range .AppChanges -}}
            updates image {{ .Image }} tag '{{ .OldTag }}' to '{{ .NewTag }}'
            {{ end -}}
            """;

    /// Of so many Applications a commit says the name.
    private static final int MOST_NAMES = 10;

    private static final int LONGEST_BRANCH = 255;

    /// A line as Git's `interpret-trailers` has it.
    private static final Pattern TRAILER = Pattern.compile("[A-Za-z0-9-]+: .*");

    /// How commits are to be signed, as it is written.
    ///
    /// @param method `openpgp` or `ssh`
    /// @param key absolute path of a file with a private key, or the id of one of OpenPGP; empty if
    ///     commits are not signed
    public record Signing(String method, String key) {}

    /// What one Application's image became.
    ///
    /// @param image without a tag
    /// @param from the tag before, empty if none was named
    public record Change(
            String namespace,
            String application,
            String image,
            String alias,
            String from,
            String to) {}

    /// @param settings of the ConfigMap `argocd-image-updater-config`
    public static CommitStyle read(Map<String, String> settings) {
        var template = settings.getOrDefault("git.commit-message-template", "");
        var problem = problem(template);
        var method = settings.getOrDefault("git.commit-signing-method", "").strip();
        return new CommitStyle(
                settings.getOrDefault("git.user", "argocd-image-updater"),
                settings.getOrDefault("git.email", "noreply@argoproj.io"),
                template.isBlank() || problem.isPresent() ? USUAL : template,
                problem,
                settings.getOrDefault("git.commit-sign-off", "").strip().equalsIgnoreCase("true"),
                new Signing(
                        method.isEmpty() ? "openpgp" : method,
                        settings.getOrDefault("git.commit-signing-key", "").strip()));
    }

    private static Optional<String> problem(String template) {
        try {
            GoTemplate.parse(template);
            return Optional.empty();
        } catch (InvalidTemplateException invalid) {
            return Optional.ofNullable(invalid.getMessage());
        }
    }

    /// Whom commits are by, as `name <address>`.
    public String author() {
        return "%s <%s>".formatted(user, mail);
    }

    /// Of one commit for all Applications that are changed by it.
    public String message(List<Change> changes) {
        var message = rendered(changes);
        return signOff ? signedOff(message) : message;
    }

    /// As `git commit --signoff`: beside trailers that are there, else behind an empty line.
    private String signedOff(String message) {
        var trailer = "Signed-off-by: %s <%s>".formatted(user, mail);
        var text = message.stripTrailing();
        var last = text.substring(text.lastIndexOf("\n\n") + 1).strip();
        if (last.lines().anyMatch(trailer::equals)) {
            return message;
        }
        boolean isTrailers =
                text.contains("\n\n") && last.lines().allMatch(it -> TRAILER.matches(it));
        return text + (isTrailers ? "\n" : "\n\n") + trailer + "\n";
    }

    private String rendered(List<Change> changes) {
        return GoTemplate.parse(template)
                .render(
                        Map.of(
                                "AppName",
                                names(changes),
                                "AppChanges",
                                changes.stream()
                                        .map(
                                                it ->
                                                        Map.of(
                                                                "Image", it.image(),
                                                                "OldTag", it.from(),
                                                                "NewTag", it.to()))
                                        .distinct()
                                        .toList()));
    }

    private static String names(List<Change> changes) {
        var names = changes.stream().map(Change::application).distinct().toList();
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MOST_NAMES))
                        + " and %d more".formatted(names.size() - MOST_NAMES);
    }

    /// Name of the branch that changes of one Application are pushed to.
    ///
    /// @param template of the annotation git-branch
    /// @param sha256 of a text, in hexadecimal digits
    /// @throws InvalidTemplateException if the template is none
    public static String branch(
            String template, List<Change> changes, UnaryOperator<String> sha256) {
        var first = changes.getFirst();
        var images =
                changes.stream()
                        .map(
                                it ->
                                        Map.of(
                                                "Name", it.image(),
                                                "Alias", it.alias(),
                                                "OldTag", it.from(),
                                                "NewTag", it.to()))
                        .distinct()
                        .toList();
        var text = new StringBuilder();
        changes.stream()
                .map(it -> it.image() + "-" + it.from() + "-" + it.to() + ",")
                .distinct()
                .forEach(text::append);
        var name =
                GoTemplate.parse(template)
                        .render(
                                Map.of(
                                        "AppName",
                                        first.application(),
                                        "AppNamespace",
                                        first.namespace(),
                                        "Images",
                                        images,
                                        "SHA256",
                                        sha256.apply(text.toString())));
        return name.strip().substring(0, Math.min(name.strip().length(), LONGEST_BRANCH));
    }
}
