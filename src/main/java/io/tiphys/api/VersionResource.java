package io.tiphys.api;

import io.quarkus.runtime.ApplicationConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;

/// Says which version runs. Clients decide by it which requests to make.
@Path("/api/version")
public class VersionResource {

    private final String version;

    VersionResource(ApplicationConfig application) {
        version = application.version().orElse("0.0.0");
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> version() {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("Version", "v" + version);
        answer.put("Platform", System.getProperty("os.name") + "/" + System.getProperty("os.arch"));
        answer.put("JavaVersion", System.getProperty("java.version"));
        return answer;
    }
}
