package io.tiphys.cluster;

import io.tiphys.cluster.Reflector.Refusal;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterScope;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceFilter;
import io.tiphys.core.model.RespectRbac;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/// Watches every kind that a cluster offers, but for those that are left out.
final class KindWatches implements AutoCloseable {

    /// How long a first look at a kind may take before a comparison that needs it fails.
    private static final long LIST_MILLIS = 60_000;

    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    private final KubernetesApi api;
    private final ResourceTypes types;
    private final ClusterScope scope;
    private final BiFunction<ResourceType, String, Reflector.Listener> listeners;

    /// By group and name of the kind.
    private final Map<String, Watches> watches = new ConcurrentHashMap<>();

    /// Of a kind's group and name, whether it is left out.
    private volatile BiPredicate<String, String> excluded =
            (group, kind) -> ResourceFilter.DEFAULT.excludes(group, kind, "");

    private volatile RespectRbac respect = RespectRbac.OFF;

    /// @param scope beyond which nothing is looked at
    /// @param listeners told what a kind's watch brings; of one namespace, or of all if its name is
    ///     empty
    KindWatches(
            KubernetesApi api,
            ResourceTypes types,
            ClusterScope scope,
            BiFunction<ResourceType, String, Reflector.Listener> listeners) {
        this.api = api;
        this.types = types;
        this.scope = scope;
        this.listeners = listeners;
    }

    /// Returns when all were listed once, owners before what they own.
    void start() {
        types.discover();
        for (int turn = 0; turn <= ResourceType.LAST_TURN; turn++) {
            for (var type : types.preferred()) {
                if (watched(type) && type.turn() == turn) {
                    of(type);
                }
            }
            watches.forEach(KindWatches::awaitListed);
        }
    }

    /// Reads all that is watched anew.
    void restart() {
        for (var type : types.preferred()) {
            watches.computeIfPresent(
                    id(type),
                    (_, watch) -> {
                        watch.close();
                        return begin(type);
                    });
        }
    }

    /// Makes sure that a kind is watched, unless it is left out, and was listed once.
    void require(ResourceType type) {
        if (watched(type)) {
            awaitListed(id(type), of(type));
        }
    }

    /// Watches what the cluster offers since it was looked at.
    void watchNewKinds() {
        types.preferred().stream().filter(this::watched).forEach(this::of);
    }

    /// Watches a kind no longer.
    void end(String group, String kind) {
        var watch = watches.remove(group + "/" + kind);
        if (watch != null) {
            watch.close();
        }
    }

    boolean excludes(String group, String kind) {
        return excluded.test(group, kind);
    }

    /// Leaves out other kinds from now on.
    void exclude(BiPredicate<String, String> kinds) {
        excluded = kinds;
        watches.keySet().stream()
                .map(KindWatches::kind)
                .filter(it -> kinds.test(it.group(), it.kind()))
                .forEach(it -> end(it.group(), it.kind()));
        watchNewKinds();
    }

    /// This becomes of kinds that may not be listed from now on.
    void respect(RespectRbac now) {
        respect = now;
    }

    int size() {
        return watches.size();
    }

    /// Whether something of a kind could not be listed so far.
    boolean isPartial(String group, String kind) {
        var watch = watches.get(group + "/" + kind);
        return watch != null && watch.isPartial();
    }

    /// The version up to which all that happened to resources of a kind was brought.
    long seen(String group, String kind) {
        var watch = watches.get(group + "/" + kind);
        return watch == null ? 0 : watch.seen();
    }

    /// The kinds that the server does not let us list.
    Set<ClusterInfo.Kind> refused() {
        var refused = new HashSet<ClusterInfo.Kind>();
        watches.forEach(
                (id, watch) -> {
                    if (watch.isPartial()) {
                        refused.add(kind(id));
                    }
                });
        return refused;
    }

    @Override
    public void close() {
        watches.values().forEach(Watches::close);
    }

    private boolean watched(ResourceType type) {
        return type.watchable() && !excludes(type.type().group(), type.type().kind());
    }

    private Watches of(ResourceType type) {
        return watches.computeIfAbsent(id(type), _ -> begin(type));
    }

    private Watches begin(ResourceType type) {
        return new Watches(
                scope.of(type.namespaced()).stream()
                        .map(namespace -> begin(type, namespace))
                        .toList());
    }

    /// @param namespace empty for all
    private Reflector begin(ResourceType type, String namespace) {
        return new Reflector(
                        api,
                        namespace.isEmpty() ? type.path() : type.path(namespace),
                        type.type().apiVersion(),
                        type.type().kind(),
                        listeners.apply(type, namespace),
                        () -> refusal(type, namespace))
                .start();
    }

    private Refusal refusal(ResourceType type, String namespace) {
        return switch (respect) {
            case OFF -> Refusal.UNEXPECTED;
            case NORMAL -> Refusal.EXPECTED;
            case STRICT -> mayList(type, namespace) ? Refusal.DOUBTFUL : Refusal.EXPECTED;
        };
    }

    /// Whether the cluster says so. If it does not answer that either, who knows.
    private boolean mayList(ResourceType type, String namespace) {
        try {
            var review = api.create(REVIEWS, review(type, namespace));
            return Json.bool(review, "status", "allowed");
        } catch (ApiFailure unanswered) {
            return true;
        }
    }

    private static Map<String, Object> review(ResourceType type, String namespace) {
        return Map.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectAccessReview",
                "spec",
                Map.of(
                        "resourceAttributes",
                        Map.of(
                                "verb",
                                "list",
                                "group",
                                type.type().group(),
                                "resource",
                                type.plural(),
                                "namespace",
                                namespace)));
    }

    private static void awaitListed(String id, Watches watch) {
        if (!watch.awaitSettled(LIST_MILLIS)) {
            throw new ApiFailure(
                    0, "The cluster did not list its %s in time".formatted(kind(id).kind()));
        }
    }

    private static String id(ResourceType type) {
        return type.type().group() + "/" + type.type().kind();
    }

    private static ClusterInfo.Kind kind(String id) {
        var parts = id.split("/", 2);
        return new ClusterInfo.Kind(parts[0], parts[1]);
    }
}
