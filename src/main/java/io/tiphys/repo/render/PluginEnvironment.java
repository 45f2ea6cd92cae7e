package io.tiphys.repo.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import io.tiphys.repo.RenderRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The variables that a plugin's commands see, beside those of its own container: what they are
/// called, and what they hold, is as with Argo CD.
final class PluginEnvironment {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private static final String PARAMETERS = "ARGOCD_APP_PARAMETERS";

    private PluginEnvironment() {}

    /// @param options empty if a source names no tool
    static Map<String, String> of(RenderRequest request, Optional<Source.Plugin> options) {
        var build = request.build();
        var variables = new LinkedHashMap<>(BuildVariables.of(request).values());
        variables.put("KUBE_VERSION", HelmTemplate.kubeVersion("", build.kubeVersion()));
        variables.put("KUBE_API_VERSIONS", String.join(",", build.apiVersions()));
        var known = new BuildVariables(Map.copyOf(variables));
        options.ifPresent(
                plugin -> {
                    plugin.environment()
                            .forEach(
                                    (name, value) ->
                                            variables.put(
                                                    "ARGOCD_ENV_" + name,
                                                    known.substituted(value)));
                    variables.put(PARAMETERS, json(plugin.parameters()));
                    plugin.parameters().forEach(it -> addParameter(it, variables));
                });
        return variables;
    }

    private static void addParameter(Map<String, Object> parameter, Map<String, String> variables) {
        var name = "PARAM_" + escaped(Json.string(parameter, "name"));
        if (parameter.get("string") instanceof String text) {
            variables.put(name, text);
        }
        Json.strings(parameter, "map")
                .forEach((key, value) -> variables.put(name + "_" + escaped(key), value));
        var items = Json.array(parameter, "array");
        for (int i = 0; i < items.size(); i++) {
            variables.put(name + "_" + i, String.valueOf(items.get(i)));
        }
    }

    private static String escaped(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    }

    private static String json(List<Map<String, Object>> parameters) {
        try {
            // What Go makes of a list of nothing.
            return parameters.isEmpty() ? "null" : JSON.writeValueAsString(parameters);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("What was read as JSON is none", impossible);
        }
    }
}
