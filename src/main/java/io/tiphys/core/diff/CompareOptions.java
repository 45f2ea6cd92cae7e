package io.tiphys.core.diff;

import io.tiphys.core.model.Annotations;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the annotation `argocd.argoproj.io/compare-options` says, on an Application for all of its
/// resources or on one of them. Options that are not known are passed over, as Argo CD does.
///
/// @param ignoreExtraneous a resource that Git no longer declares makes nothing OutOfSync
/// @param serverSideDiff whether the API server is asked about what seems to differ; empty if
///     nothing is said
/// @param includeMutationWebhook what webhooks of the cluster make of a resource counts too
public record CompareOptions(
        boolean ignoreExtraneous,
        Optional<Boolean> serverSideDiff,
        boolean includeMutationWebhook) {

    public static final CompareOptions NONE = new CompareOptions(false, Optional.empty(), false);

    public static CompareOptions of(Map<String, String> annotations) {
        var text = annotations.get(Annotations.COMPARE_OPTIONS);
        if (text == null) {
            return NONE;
        }
        Set<String> options =
                new HashSet<>(Arrays.asList(text.replaceAll("\\s", "").split(",", -1)));
        return new CompareOptions(
                options.contains("IgnoreExtraneous"),
                options.contains("ServerSideDiff=false")
                        ? Optional.of(false)
                        : options.contains("ServerSideDiff=true")
                                ? Optional.of(true)
                                : Optional.empty(),
                options.contains("IncludeMutationWebhook=true"));
    }

    /// A resource's own, and for what it leaves open its Application's.
    CompareOptions or(CompareOptions application) {
        return new CompareOptions(
                ignoreExtraneous,
                serverSideDiff.or(application::serverSideDiff),
                includeMutationWebhook || application.includeMutationWebhook);
    }
}
