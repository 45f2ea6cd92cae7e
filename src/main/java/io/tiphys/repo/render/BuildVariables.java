package io.tiphys.repo.render;

import io.tiphys.core.model.Json;
import io.tiphys.repo.RenderRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What a source's options may say instead of a name or a commit: Argo CD's build environment.
///
/// @param values by name, such as `ARGOCD_APP_NAME`
record BuildVariables(Map<String, String> values) {

    /// `$NAME`, `${NAME}`, a shell's own such as `$1` and `$$`, and a brace that is not closed.
    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:([A-Za-z_][A-Za-z0-9_]*)|\\{([^}]*)\\}|([$*#@!?0-9-])|\\{)");

    static BuildVariables of(RenderRequest request) {
        var source = request.source();
        var build = request.build();
        var revision = request.revision();
        var values = new LinkedHashMap<String, String>();
        values.put("ARGOCD_APP_NAME", build.application());
        values.put("ARGOCD_APP_NAMESPACE", build.namespace());
        values.put("ARGOCD_APP_PROJECT_NAME", build.project());
        values.put("ARGOCD_APP_REVISION", revision);
        values.put("ARGOCD_APP_REVISION_SHORT", start(revision, 7));
        values.put("ARGOCD_APP_REVISION_SHORT_8", start(revision, 8));
        values.put("ARGOCD_APP_SOURCE_PATH", source.path());
        values.put("ARGOCD_APP_SOURCE_REPO_URL", source.repoUrl());
        values.put(
                "ARGOCD_APP_SOURCE_TARGET_REVISION", Json.string(source.tree(), "targetRevision"));
        return new BuildVariables(values);
    }

    /// @return the text with the variables' values; what is not known is empty, `$$` is a dollar, a
    ///     dollar before anything else stays
    String substituted(String text) {
        return REFERENCE.matcher(text).replaceAll(it -> Matcher.quoteReplacement(value(it)));
    }

    private String value(MatchResult reference) {
        return IntStream.rangeClosed(1, reference.groupCount())
                .mapToObj(reference::group)
                .filter(Objects::nonNull)
                .findFirst()
                .map(name -> name.equals("$") ? name : values.getOrDefault(name, ""))
                .orElse("");
    }

    private static String start(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }
}
