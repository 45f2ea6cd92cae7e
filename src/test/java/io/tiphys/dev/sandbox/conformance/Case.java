package io.tiphys.dev.sandbox.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// One case of a file: requests in turn, each with what must come back.
///
/// @param simulated whether only a cluster whose pods run can pass it, which a bare API server's
///     do not
record Case(String name, boolean simulated, List<Step> steps) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> FIELDS =
            Set.of(
                    "request",
                    "headers",
                    "type",
                    "body",
                    "text",
                    "status",
                    "answer",
                    "absent",
                    "events",
                    "keep",
                    "eventually",
                    "simulated");

    /// @param at the file and the case, for whoever reads a failure
    record Step(String at, JsonNode fields) {

        static String method(JsonNode fields) {
            var request = fields.path("request").asText();
            return request.substring(0, request.indexOf(' '));
        }

        static String path(JsonNode fields) {
            var request = fields.path("request").asText();
            return request.substring(request.indexOf(' ') + 1);
        }
    }

    static List<Case> read(Path file) {
        var cases = new ArrayList<Case>();
        for (var entry : yaml(file).properties()) {
            var steps = new ArrayList<Step>();
            for (var fields : entry.getValue()) {
                steps.add(step(file.getFileName() + ", " + entry.getKey(), fields));
            }
            boolean simulated = steps.stream().anyMatch(it -> it.fields.has("simulated"));
            cases.add(new Case(entry.getKey(), simulated, steps));
        }
        return cases;
    }

    /// A misspelt field, or a step that expects nothing, must not make a case that always passes.
    private static Step step(String at, JsonNode fields) {
        for (var field : fields.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalStateException(at + ": no field " + field.getKey());
            }
        }
        if (!fields.has("status") && !fields.has("events")) {
            throw new IllegalStateException(at + ": a step without a status");
        }
        if (fields.has("events") && !Step.path(fields).contains("timeoutSeconds=")) {
            throw new IllegalStateException(at + ": a watch that need not end");
        }
        return new Step(at, fields);
    }

    private static JsonNode yaml(Path file) {
        try {
            var settings =
                    LoadSettings.builder()
                            .setLabel(file.toString())
                            .setAllowDuplicateKeys(false)
                            .build();
            return JSON.valueToTree(new Load(settings).loadFromString(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
