package io.tiphys.support;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.repo.Access;
import java.util.Optional;
import java.util.function.Function;

/// What anybody may read, but for one thing.
public final class Accesses {

    private static final Access NONE = Access.NONE;

    private Accesses() {}

    /// @param git what repositories are read with
    public static Access ofProject(String project, Function<String, GitCredential> git) {
        return new Access(project, git, NONE.charts(), NONE.named(), NONE.integrity());
    }

    public static Access named(Function<String, Optional<String>> named) {
        return new Access("", NONE.git(), NONE.charts(), named, NONE.integrity());
    }

    public static Access demanding(Function<String, Demand> integrity) {
        return new Access("", NONE.git(), NONE.charts(), NONE.named(), integrity);
    }
}
