package io.tiphys.api;

import io.tiphys.cluster.Clusters;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;

/// Answers who asks for clusters.
@Path("/api/v1/clusters")
@Produces(MediaType.APPLICATION_JSON)
public class ClustersResource {

    private final Clusters clusters;
    private final ApplicationStore store;

    ClustersResource(Clusters clusters, ApplicationStore store) {
        this.clusters = clusters;
        this.store = store;
    }

    @GET
    public Map<String, Object> list(
            @RestQuery("server") Optional<String> server,
            @RestQuery("name") Optional<String> name) {
        return ClusterJson.list(
                clusters.all().stream()
                        .filter(it -> server.filter(wanted -> !isAt(it, wanted)).isEmpty())
                        .filter(it -> name.filter(wanted -> !isCalled(it, wanted)).isEmpty())
                        .map(this::json)
                        .toList());
    }

    /// @param id an address, or a name where `id.type` says so
    @GET
    @Path("{id}")
    public Map<String, Object> get(
            @PathParam("id") String id, @RestQuery("id.type") Optional<String> type) {
        boolean byName = type.filter(it -> it.startsWith("name")).isPresent();
        return clusters.all().stream()
                .filter(it -> byName ? isCalled(it, id) : isAt(it, id))
                .findFirst()
                .map(this::json)
                .orElseThrow(
                        () -> Problem.NOT_FOUND.because("cluster \"%s\" not found".formatted(id)));
    }

    private static boolean isAt(ClusterInfo info, String server) {
        return server.isEmpty() || info.cluster().server().equals(server.replaceFirst("/+$", ""));
    }

    private static boolean isCalled(ClusterInfo info, String name) {
        return name.isEmpty() || info.cluster().isCalled(name);
    }

    private Map<String, Object> json(ClusterInfo info) {
        return ClusterJson.of(
                info,
                store.all().stream()
                        .filter(
                                it ->
                                        it instanceof Entry.Valid(var application, _)
                                                && info.cluster()
                                                        .isMeantBy(application.destination()))
                        .count());
    }
}
