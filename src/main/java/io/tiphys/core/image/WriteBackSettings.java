package io.tiphys.core.image;

import java.util.Map;
import java.util.Optional;

/// How an Application's new tags are to be written, as somebody said it; empty where nobody did.
///
/// @param method such as `git`
/// @param target the kind of file and where it lies
/// @param branch that is read, and another that is written behind a colon
/// @param repository another than the source's
/// @param pullRequest how a change is to be proposed; empty if it is to be made
public record WriteBackSettings(
        String method,
        String target,
        String branch,
        String repository,
        Optional<PullRequestSettings> pullRequest) {

    static final WriteBackSettings NONE = new WriteBackSettings("", "", "", "", Optional.empty());

    /// What an Application says itself.
    public static WriteBackSettings of(Map<String, String> annotations) {
        return new WriteBackSettings(
                said(annotations, "write-back-method"),
                said(annotations, "write-back-target"),
                said(annotations, "git-branch"),
                said(annotations, "git-repository"),
                PullRequestSettings.of(annotations));
    }

    private static String said(Map<String, String> annotations, String name) {
        return annotations.getOrDefault(ImageList.PREFIX + name, "").strip();
    }
}
