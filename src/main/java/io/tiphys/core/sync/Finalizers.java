package io.tiphys.core.sync;

import io.tiphys.core.model.Json;
import io.tiphys.core.sync.SyncOptions.Propagation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What holds a deleted Application until it is done: Argo CD's finalizers, which say what goes
/// with it and how, among those of others, which are left alone.
///
/// @param all in the order in which they stand, of which the first that deletes resources counts
public record Finalizers(List<String> all) {

    /// With the resources, in the foreground. Argo CD's name since its beginnings.
    public static final String RESOURCES = "resources-finalizer.argocd.argoproj.io";

    public static final String FOREGROUND = RESOURCES + "/foreground";
    public static final String BACKGROUND = RESOURCES + "/background";

    private static final Set<String> CASCADING = Set.of(RESOURCES, FOREGROUND, BACKGROUND);

    /// @param application the custom resource
    public static Finalizers of(Map<String, Object> application) {
        return new Finalizers(
                Json.array(application, "metadata", "finalizers").stream()
                        .map(String::valueOf)
                        .toList());
    }

    /// Whether the resources go with the Application.
    public boolean cascade() {
        return all.stream().anyMatch(CASCADING::contains);
    }

    /// What becomes of what the resources own.
    Propagation propagation() {
        return all.stream()
                .filter(CASCADING::contains)
                .findFirst()
                .filter(BACKGROUND::equals)
                .map(_ -> Propagation.BACKGROUND)
                .orElse(Propagation.FOREGROUND);
    }

    /// The same with the resources going in this way alone.
    ///
    /// @param finalizer one of [#RESOURCES], [#FOREGROUND] and [#BACKGROUND]
    public Finalizers cascading(String finalizer) {
        return has(finalizer) && all.stream().filter(CASCADING::contains).count() == 1
                ? this
                : orphaning().with(finalizer);
    }

    /// The same with the resources staying.
    public Finalizers orphaning() {
        return without(List.copyOf(CASCADING));
    }

    /// The same with those that the hooks of a deletion need, and no others of this kind.
    ///
    /// @param phases for which there are hooks
    public Finalizers runningHooks(Set<SyncPhase> phases) {
        var wanted = this;
        for (var phase : List.of(SyncPhase.PRE_DELETE, SyncPhase.POST_DELETE)) {
            for (var finalizer : List.of(toRun(phase), toClear(phase))) {
                if (!phases.contains(phase)) {
                    wanted = wanted.without(List.of(finalizer));
                } else if (!has(finalizer)) {
                    wanted = wanted.with(finalizer);
                }
            }
        }
        return wanted;
    }

    /// Those of others.
    Finalizers ofOthers() {
        return orphaning().runningHooks(Set.of());
    }

    boolean has(String finalizer) {
        return all.contains(finalizer);
    }

    Finalizers without(List<String> finalizers) {
        return new Finalizers(all.stream().filter(it -> !finalizers.contains(it)).toList());
    }

    /// Set until the hooks of a phase have run.
    static String toRun(SyncPhase phase) {
        return phase == SyncPhase.PRE_DELETE
                ? "pre-delete-finalizer.argocd.argoproj.io"
                : "post-delete-finalizer.argocd.argoproj.io";
    }

    /// Set until they are gone, or let go.
    static String toClear(SyncPhase phase) {
        return toRun(phase) + "/cleanup";
    }

    private Finalizers with(String finalizer) {
        return new Finalizers(Stream.concat(all.stream(), Stream.of(finalizer)).toList());
    }
}
