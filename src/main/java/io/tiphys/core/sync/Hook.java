package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What annotations say of a manifest that is run and not kept. Argo CD's count before Helm's,
/// which count where none of its types is named.
///
/// @param phases in which it is run; none if nothing runs it
/// @param problems what its author should know, as the ends of sentences about it
record Hook(Set<SyncPhase> phases, Set<DeletePolicy> policies, List<String> problems) {

    /// Helm's name for definitions that are to be there first. They are kept like any other.
    private static final String CRD_INSTALL = "crd-install";

    private static final Map<String, SyncPhase> OF_HELM =
            Map.of(
                    "pre-install", SyncPhase.PRE_SYNC,
                    "pre-upgrade", SyncPhase.PRE_SYNC,
                    "post-install", SyncPhase.POST_SYNC,
                    "post-upgrade", SyncPhase.POST_SYNC,
                    "pre-delete", SyncPhase.PRE_DELETE,
                    "post-delete", SyncPhase.POST_DELETE);

    /// What its author excludes, and what only Helm's own commands run.
    private static final Set<String> NEVER_RUN =
            Set.of(
                    "Skip",
                    CRD_INSTALL,
                    "test",
                    "test-success",
                    "test-failure",
                    "pre-rollback",
                    "post-rollback");

    /// When a hook that was run goes.
    enum DeletePolicy {
        /// With an operation that succeeded.
        HOOK_SUCCEEDED,
        /// With an operation that failed.
        HOOK_FAILED,
        /// Before the next of its name is made.
        BEFORE_HOOK_CREATION
    }

    private static final Map<String, DeletePolicy> POLICIES =
            Map.of(
                    "HookSucceeded", DeletePolicy.HOOK_SUCCEEDED,
                    "HookFailed", DeletePolicy.HOOK_FAILED,
                    "BeforeHookCreation", DeletePolicy.BEFORE_HOOK_CREATION,
                    "hook-succeeded", DeletePolicy.HOOK_SUCCEEDED,
                    "hook-failed", DeletePolicy.HOOK_FAILED,
                    "before-hook-creation", DeletePolicy.BEFORE_HOOK_CREATION);

    /// @return empty for what is no hook
    static Optional<Hook> of(Map<String, String> annotations) {
        boolean ofHelm =
                !annotations.getOrDefault(Annotations.HELM_HOOK, CRD_INSTALL).equals(CRD_INSTALL);
        if (!annotations.containsKey(Annotations.HOOK) && !ofHelm) {
            return Optional.empty();
        }
        var phases = EnumSet.noneOf(SyncPhase.class);
        var problems = new ArrayList<String>();
        boolean ofArgoCd = false;
        for (var type : list(annotations, Annotations.HOOK)) {
            var phase = SyncPhase.of(type);
            phase.ifPresent(phases::add);
            ofArgoCd |= phase.isPresent() || type.equals("Skip");
            if (phase.isEmpty()) {
                problem(type).ifPresent(problems::add);
            }
        }
        if (!ofArgoCd) {
            for (var type : list(annotations, Annotations.HELM_HOOK)) {
                if (OF_HELM.containsKey(type)) {
                    phases.add(OF_HELM.get(type));
                } else {
                    problem(type).ifPresent(problems::add);
                }
            }
        }
        return Optional.of(new Hook(phases, policies(annotations, problems), problems));
    }

    private static Optional<String> problem(String type) {
        if (NEVER_RUN.contains(type)) {
            return Optional.empty();
        }
        return Optional.of("is no hook that is known: its type '%s' is never run".formatted(type));
    }

    private static Set<DeletePolicy> policies(
            Map<String, String> annotations, List<String> problems) {
        var policies = EnumSet.noneOf(DeletePolicy.class);
        Stream.of(Annotations.HOOK_DELETE_POLICY, Annotations.HELM_HOOK_DELETE_POLICY)
                .flatMap(it -> list(annotations, it).stream())
                .forEach(
                        name -> {
                            if (POLICIES.containsKey(name)) {
                                policies.add(POLICIES.get(name));
                            } else {
                                problems.add(
                                        "has a hook delete policy that is not known: '%s'"
                                                .formatted(name));
                            }
                        });
        return policies.isEmpty() ? EnumSet.of(DeletePolicy.BEFORE_HOOK_CREATION) : policies;
    }

    private static List<String> list(Map<String, String> annotations, String name) {
        return Stream.of(annotations.getOrDefault(name, "").split(",", -1))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .toList();
    }
}
