package io.tiphys.core.image;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How changes are to be proposed, as somebody said it.
///
/// @param kind of host; empty if its name tells
/// @param unknown a kind that there is not; empty if there is such a kind
/// @param api where it is asked; empty for where it usually is
/// @param labels that each request gets
/// @param merges whether the host is to merge it by itself
public record PullRequestSettings(
        Optional<HostKind> kind, String unknown, String api, List<String> labels, boolean merges) {

    /// Of which Argo CD Image Updater knows nothing, unlike of the resource's field.
    private static final String PREFIX = "tiphys.io/pull-request";

    public PullRequestSettings {
        labels = labels.stream().map(String::strip).filter(it -> !it.isEmpty()).distinct().toList();
    }

    /// What an Application says itself.
    ///
    /// @return empty if nothing is to be proposed
    static Optional<PullRequestSettings> of(Map<String, String> annotations) {
        var host = annotations.getOrDefault(PREFIX, "").strip();
        if (host.isEmpty() || host.equals("false")) {
            return Optional.empty();
        }
        var kind = HostKind.of(host);
        return Optional.of(
                new PullRequestSettings(
                        kind,
                        kind.isPresent() || host.equals("true") ? "" : host,
                        annotations.getOrDefault(PREFIX + "-api", "").strip(),
                        Arrays.asList(
                                annotations.getOrDefault(PREFIX + "-labels", "").split(",", -1)),
                        annotations
                                .getOrDefault(PREFIX + "-auto-merge", "")
                                .strip()
                                .equals("true")));
    }
}
