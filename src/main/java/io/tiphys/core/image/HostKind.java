package io.tiphys.core.image;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What kind of host a repository is at, as far as requests to merge a branch go. Limits are in
/// characters, as the hosts document them.
public enum HostKind {
    GITHUB("github", "github", true, 256, 65_536),
    GITLAB("gitlab", "gitlab", true, 255, 65_536),

    /// Forgejo as well.
    GITEA("gitea", "gitea", true, 255, 65_536),
    BITBUCKET("bitbucket", "bitbucket", false, 255, 32_768),
    BITBUCKET_SERVER("bitbucket-server", "bitbucketServer", false, 255, 32_768),
    AZURE_DEVOPS("azure-devops", "azureDevOps", true, 400, 4_000),

    /// Opens a change for what is pushed to `refs/for/<branch>`: nobody is asked anything else.
    GERRIT("gerrit", "gerrit", false, 255, 65_536);

    /// With which hosts' names end.
    private static final Map<String, HostKind> ENDINGS =
            Map.of(
                    ".ghe.com", GITHUB,
                    "bitbucket.org", BITBUCKET,
                    "dev.azure.com", AZURE_DEVOPS,
                    ".visualstudio.com", AZURE_DEVOPS,
                    ".googlesource.com", GERRIT);

    /// Which hosts' names have in them.
    private static final Map<String, HostKind> WORDS =
            Map.of(
                    "github", GITHUB,
                    "gitlab", GITLAB,
                    "gitea", GITEA,
                    "forgejo", GITEA,
                    "codeberg", GITEA,
                    "bitbucket", BITBUCKET_SERVER,
                    "stash", BITBUCKET_SERVER,
                    "gerrit", GERRIT);

    private final String text;
    private final String field;
    private final boolean extras;
    private final int longestTitle;
    private final int longestBody;

    /// @param text as annotations have it
    /// @param field as the resource has it
    /// @param extras whether its requests have labels, and are merged by itself if that is asked
    ///     for
    HostKind(String text, String field, boolean extras, int longestTitle, int longestBody) {
        this.text = text;
        this.field = field;
        this.extras = extras;
        this.longestTitle = longestTitle;
        this.longestBody = longestBody;
    }

    /// Of the name that annotations have for it.
    static Optional<HostKind> of(String text) {
        return Arrays.stream(values()).filter(it -> it.text.equals(text)).findFirst();
    }

    /// By a host's name.
    static Optional<HostKind> at(String host) {
        return first(ENDINGS, host::endsWith).or(() -> first(WORDS, host::contains));
    }

    private static Optional<HostKind> first(Map<String, HostKind> names, Predicate<String> has) {
        return Arrays.stream(values())
                .filter(
                        kind ->
                                names.entrySet().stream()
                                        .anyMatch(
                                                it ->
                                                        it.getValue() == kind
                                                                && has.test(it.getKey())))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(it -> it.text).collect(Collectors.joining(", "));
    }

    String text() {
        return text;
    }

    String field() {
        return field;
    }

    /// Whether its requests have labels.
    boolean hasLabels() {
        return extras;
    }

    /// Whether it merges a request by itself once all that it waits for is there.
    boolean merges() {
        return extras;
    }

    int longestTitle() {
        return longestTitle;
    }

    int longestBody() {
        return longestBody;
    }
}
