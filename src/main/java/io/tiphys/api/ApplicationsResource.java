package io.tiphys.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.StoreConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// Answers who asks for Applications.
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class ApplicationsResource {

    private final ApplicationStore store;
    private final StoreConfig config;
    private final RefreshRequest refresh;
    private final RevisionMetadata metadata;
    private final ManagedResources managed;
    private final ResourceTrees trees;
    private final DeletionRequest deletion;
    private final WindowsOfApplication windows;

    ApplicationsResource(
            ApplicationStore store,
            StoreConfig config,
            RefreshRequest refresh,
            RevisionMetadata metadata,
            ManagedResources managed,
            ResourceTrees trees,
            DeletionRequest deletion,
            WindowsOfApplication windows) {
        this.store = store;
        this.config = config;
        this.refresh = refresh;
        this.metadata = metadata;
        this.managed = managed;
        this.trees = trees;
        this.deletion = deletion;
        this.windows = windows;
    }

    @GET
    @Path("applications")
    public Map<String, Object> list(
            @RestQuery("fields") @Nullable String fields, @Context UriInfo uri) {
        requireListed();
        return ApplicationJson.list(
                store.all().stream().map(Entry::tree).toList(), query(uri), fields(fields));
    }

    /// With `refresh=normal` or `refresh=hard` the answer waits until the Application was compared
    /// anew.
    @GET
    @Path("applications/{name}")
    @RunOnVirtualThread
    public Map<String, Object> get(
            @PathParam("name") String name,
            @RestQuery("refresh") @Nullable String kind,
            @RestQuery("fields") @Nullable String fields,
            @Context UriInfo uri) {
        var wanted = fields(fields);
        var entry = find(name, query(uri));
        var tree =
                kind == null || kind.isEmpty()
                        ? entry.tree()
                        : refresh.await(entry.id(), kind.equals("hard"));
        return wanted.of(ApplicationJson.one(tree));
    }

    /// What the Application consists of: its resources, and what they own.
    @GET
    @Path("applications/{name}/resource-tree")
    @RunOnVirtualThread
    public Map<String, Object> resourceTree(@PathParam("name") String name, @Context UriInfo uri) {
        return switch (find(name, query(uri))) {
            case Entry.Valid valid -> trees.of(valid.application());
            case Entry.Invalid invalid -> throw Problem.INVALID_ARGUMENT.because(invalid.problem());
        };
    }

    /// Begins to delete an Application, with its resources unless `cascade=false`.
    ///
    /// @param cascade `true`, `false` or nothing for `true`
    /// @param policy `foreground`, `background`, or nothing for what the Application says itself,
    ///     which is the foreground if it says nothing
    @DELETE
    @Path("applications/{name}")
    @RunOnVirtualThread
    public Map<String, Object> delete(
            @PathParam("name") String name,
            @RestQuery("cascade") @Nullable String cascade,
            @RestQuery("propagationPolicy") @Nullable String policy,
            @Context UriInfo uri,
            @Context HttpServerRequest request) {
        Neighbour.require(request, "Applications are deleted");
        var entry = find(name, query(uri));
        deletion.begin(entry, cascade == null ? "" : cascade, policy == null ? "" : policy);
        return Map.of();
    }

    /// What a commit says of itself that the Application may have been made of. Nothing is fetched
    /// for it.
    ///
    /// @param revision a commit's id, or 7 and more of its digits
    @GET
    @Path("applications/{name}/revisions/{revision}/metadata")
    @RunOnVirtualThread
    public Map<String, Object> metadata(
            @PathParam("name") String name,
            @PathParam("revision") String revision,
            @RestQuery("sourceIndex") Optional<Integer> sourceIndex,
            @RestQuery("versionId") Optional<Long> versionId,
            @Context UriInfo uri) {
        return switch (find(name, query(uri))) {
            case Entry.Valid valid ->
                    metadata.of(valid.application(), revision, sourceIndex, versionId);
            case Entry.Invalid invalid -> throw Problem.INVALID_ARGUMENT.because(invalid.problem());
        };
    }

    /// Its resources, target beside live, without what Secrets hold.
    @GET
    @Path("applications/{application}/managed-resources")
    @RunOnVirtualThread
    public Map<String, Object> managedResources(
            @PathParam("application") String application,
            @RestQuery("group") @Nullable String group,
            @RestQuery("kind") @Nullable String kind,
            @RestQuery("namespace") @Nullable String namespace,
            @RestQuery("name") @Nullable String name,
            @Context UriInfo uri) {
        // Here the name that is asked for is a resource's.
        var parameters = new HashMap<>(uri.getQueryParameters());
        parameters.remove("name");
        return switch (find(application, ApplicationQuery.of(parameters))) {
            case Entry.Valid valid ->
                    Map.of(
                            "items",
                            managed.of(
                                    valid,
                                    key ->
                                            asked(group, key.group())
                                                    && asked(kind, key.kind())
                                                    && asked(namespace, key.namespace())
                                                    && asked(name, key.name())));
            case Entry.Invalid invalid -> throw Problem.INVALID_ARGUMENT.because(invalid.problem());
        };
    }

    /// The sync windows that are about an Application, those that are open, and whether people may
    /// sync it now.
    @GET
    @Path("applications/{name}/syncwindows")
    public Map<String, Object> syncWindows(@PathParam("name") String name, @Context UriInfo uri) {
        return switch (find(name, query(uri))) {
            case Entry.Valid valid -> windows.of(valid.application());
            case Entry.Invalid invalid -> throw Problem.INVALID_ARGUMENT.because(invalid.problem());
        };
    }

    private static boolean asked(@Nullable String wanted, String actual) {
        return wanted == null || wanted.isEmpty() || wanted.equals(actual);
    }

    Entry find(String name, ApplicationQuery query) {
        requireListed();
        var namespace = query.namespace().isEmpty() ? config.namespace() : query.namespace();
        return store.find(new ApplicationId(namespace, name))
                .filter(found -> query.matches(found.tree()))
                .orElseThrow(() -> notFound(name));
    }

    /// An empty list from a service that has not looked yet would be taken for the truth.
    private void requireListed() {
        if (!store.awaitListed(0)) {
            throw Problem.UNAVAILABLE.because("The Applications were not read yet");
        }
    }

    static ApplicationQuery query(UriInfo uri) {
        try {
            return ApplicationQuery.of(uri.getQueryParameters());
        } catch (IllegalArgumentException unreadable) {
            throw Problem.INVALID_ARGUMENT.because(String.valueOf(unreadable.getMessage()));
        }
    }

    static Fields fields(@Nullable String text) {
        try {
            return Fields.parse(text == null ? "" : text);
        } catch (IllegalArgumentException unreadable) {
            throw Problem.INVALID_ARGUMENT.because(String.valueOf(unreadable.getMessage()));
        }
    }

    static WebApplicationException notFound(String name) {
        return Problem.NOT_FOUND.because(
                "applications.argoproj.io \"%s\" not found".formatted(name));
    }
}
