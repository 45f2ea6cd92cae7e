package io.tiphys.support;

import io.tiphys.core.model.Source;
import java.util.Map;

/// Sources as an Application would have them.
public final class Sources {

    private Sources() {}

    public static Source aSource(String repoUrl, String path, String revision) {
        return aSource(repoUrl, path, revision, "");
    }

    public static Source aSource(String repoUrl, String path, String revision, String tagPrefix) {
        return Source.read(
                "spec.source",
                Map.of(
                        "repoURL",
                        repoUrl,
                        "path",
                        path,
                        "targetRevision",
                        revision,
                        "tagPrefix",
                        tagPrefix));
    }
}
