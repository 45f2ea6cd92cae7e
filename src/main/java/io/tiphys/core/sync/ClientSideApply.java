package io.tiphys.core.sync;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds fields of live objects that were applied client-side, by `kubectl apply` or by Argo CD,
/// and makes them the service's own: else a field that Git drops would stay, for the API server
/// takes it to be somebody else's.
public final class ClientSideApply {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String OURS = "argocd-controller";

    private final Set<String> managers;
    private final boolean otherManager;

    private ClientSideApply(Set<String> managers, boolean otherManager) {
        this.managers = managers;
        this.otherManager = otherManager;
    }

    /// @param manager the one that the Application names instead of kubectl; may be empty
    public static ClientSideApply by(String manager) {
        return manager.isEmpty()
                ? new ClientSideApply(Set.of("kubectl-client-side-apply", OURS), false)
                : new ClientSideApply(Set.of(manager, OURS), true);
    }

    /// Whether an object may have such fields, as far as can be seen without its whole
    /// `managedFields`.
    public boolean isSuspectedOf(LiveResource live) {
        return live.annotations().containsKey(LAST_APPLIED)
                || (otherManager && applied(managedFields(live.object())).isEmpty());
    }

    /// The object's `managedFields` with such fields as ours; empty if there are none.
    ///
    /// @param object with all of them
    public Optional<List<Object>> handedOver(Map<String, Object> object) {
        var entries = managedFields(object);
        var theirs = entries.stream().filter(this::isClientSide).toList();
        if (theirs.isEmpty()) {
            return Optional.empty();
        }
        var ours = new LinkedHashMap<>(applied(entries).orElse(Json.object(theirs.getFirst())));
        ours.put("manager", OURS);
        ours.put("operation", "Apply");
        var fields = Json.object(ours, "fieldsV1");
        for (var entry : theirs) {
            // Trees of names: laid over each other they are the union.
            fields = Json.merged(fields, Json.object(entry, "fieldsV1"));
        }
        ours.put("fieldsV1", fields);
        var others = new ArrayList<>(entries);
        others.removeAll(theirs);
        applied(entries).ifPresent(others::remove);
        others.add(ours);
        return Optional.of(List.copyOf(others));
    }

    private static List<Object> managedFields(Map<String, Object> object) {
        return Json.array(object, "metadata", "managedFields");
    }

    private boolean isClientSide(Object entry) {
        return managers.contains(Json.string(entry, "manager"))
                && Json.string(entry, "operation").equals("Update")
                && Json.string(entry, "subresource").isEmpty();
    }

    private static Optional<Map<String, Object>> applied(List<Object> entries) {
        return entries.stream()
                .filter(it -> Json.string(it, "manager").equals(OURS))
                .filter(it -> Json.string(it, "operation").equals("Apply"))
                .filter(it -> Json.string(it, "subresource").isEmpty())
                .findFirst()
                .map(Json::object);
    }
}
