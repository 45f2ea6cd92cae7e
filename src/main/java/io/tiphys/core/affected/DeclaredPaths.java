package io.tiphys.core.affected;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Source;
import java.util.Arrays;
import java.util.List;

/// Argo CD's annotation `manifest-generate-paths`: only changes below these paths count. Paths are
/// separated by semicolons, relative to the source's path unless they start with a slash.
final class DeclaredPaths {

    private DeclaredPaths() {}

    /// Empty if the Application declares none.
    static List<PathPattern> of(Application application, Source source) {
        var declared = application.annotations().get(Annotations.MANIFEST_GENERATE_PATHS);
        if (declared == null) {
            return List.of();
        }
        return Arrays.stream(declared.split(";", -1))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .map(rule -> rule.startsWith("/") ? rule : source.path() + "/" + rule)
                .map(PathPattern::of)
                .toList();
    }
}
