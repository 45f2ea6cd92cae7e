package io.tiphys.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.model.Json;
import io.tiphys.core.sync.OperationState;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Begins and ends operations by writing them into the Application, as `kubectl` would: whoever
/// keeps it carries them out.
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class OperationsResource {

    private final ApplicationsResource applications;
    private final ApplicationStore store;
    private final WindowsOfApplication windows;
    private final GitRollback gitRollback;

    OperationsResource(
            ApplicationsResource applications,
            ApplicationStore store,
            WindowsOfApplication windows,
            GitRollback gitRollback) {
        this.applications = applications;
        this.store = store;
        this.windows = windows;
        this.gitRollback = gitRollback;
    }

    /// @return the Application as it was asked, before anything is done
    @POST
    @Path("applications/{name}/sync")
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Map<String, Object> sync(
            @PathParam("name") String name, @Nullable Map<String, Object> body) {
        return begin(name, body, OperationRequest::sync);
    }

    /// @return the Application as it was asked, before anything is done; with `git`, the commit
    @POST
    @Path("applications/{name}/rollback")
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Map<String, Object> rollback(
            @PathParam("name") String name, @Nullable Map<String, Object> body) {
        Map<String, Object> asked = body == null ? Map.of() : body;
        return Json.bool(asked, "git")
                ? gitRollback.commit(staying(name, asked).application(), asked)
                : begin(name, asked, OperationRequest::rollback);
    }

    @DELETE
    @Path("applications/{name}/operation")
    @RunOnVirtualThread
    public Map<String, Object> terminate(@PathParam("name") String name, @Context UriInfo uri) {
        write(
                () -> valid(applications.find(name, ApplicationsResource.query(uri))),
                entry -> {
                    if (OperationState.underWay(entry.application()).isEmpty()) {
                        throw Problem.INVALID_ARGUMENT.because(
                                "Unable to terminate operation. No operation is in progress");
                    }
                    return Map.of(
                            "status", Map.of("operationState", Map.of("phase", "Terminating")));
                });
        return Map.of();
    }

    private Map<String, Object> begin(
            String name,
            @Nullable Map<String, Object> body,
            BiFunction<Entry.Valid, Map<String, Object>, Map<String, Object>> request) {
        Map<String, Object> asked = body == null ? Map.of() : body;
        return ApplicationJson.one(
                write(() -> staying(name, asked), entry -> begun(entry, asked, request)));
    }

    private Map<String, Object> begun(
            Entry.Valid entry,
            Map<String, Object> asked,
            BiFunction<Entry.Valid, Map<String, Object>, Map<String, Object>> request) {
        var application = entry.application();
        var operation = request.apply(entry, asked);
        if (entry.tree().containsKey("operation")
                || OperationState.underWay(application)
                        .filter(it -> !it.awaitsRetry())
                        .isPresent()) {
            throw Problem.FAILED_PRECONDITION.because("another operation is already in progress");
        }
        if (!Json.bool(operation, "sync", "dryRun")) {
            windows.requireOpen(application);
        }
        return Map.of("operation", operation);
    }

    private Entry.Valid staying(String name, Map<String, Object> asked) {
        var entry = valid(applications.find(name, query(asked)));
        if (!Json.string(entry.tree(), "metadata", "deletionTimestamp").isEmpty()) {
            throw Problem.FAILED_PRECONDITION.because("application is deleting");
        }
        return entry;
    }

    /// Only on what was seen: who else wrote it meanwhile may have begun one as well, so that it is
    /// decided anew on what the API server has then, as Argo CD does.
    private Map<String, Object> write(
            Supplier<Entry.Valid> seen, Function<Entry.Valid, Map<String, Object>> change) {
        var id = seen.get().id();
        try {
            return store.onNewest(
                            id,
                            () -> {
                                var entry = seen.get();
                                return store.patchSeen(entry, change.apply(entry));
                            })
                    .orElseThrow(
                            () ->
                                    Problem.ABORTED.because(
                                            "The Application changed each time while it was"
                                                    + " written; ask again"));
        } catch (ApiFailure refused) {
            throw refused.notFound()
                    ? ApplicationsResource.notFound(id.name())
                    : Problem.UNAVAILABLE.because(
                            "The Application could not be written: " + refused.getMessage());
        }
    }

    private static Entry.Valid valid(Entry entry) {
        return switch (entry) {
            case Entry.Valid valid -> valid;
            case Entry.Invalid invalid -> throw Problem.INVALID_ARGUMENT.because(invalid.problem());
        };
    }

    private static ApplicationQuery query(Map<String, Object> asked) {
        return ApplicationQuery.of(
                Map.of(
                        "appNamespace", List.of(Json.string(asked, "appNamespace")),
                        "project", List.of(Json.string(asked, "project"))));
    }
}
