package io.tiphys.dev.sandbox.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.dev.sandbox.conformance.Case.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// One case under way: its own namespace, and what its steps have kept for later ones.
final class CaseRun implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACES = "/api/v1/namespaces";

    /// A real cluster's controllers have the namespaces of all cases to clear up at once.
    private static final Duration CONTROLLERS_TAKE = Duration.ofMinutes(1);

    /// One byte more than the API server takes.
    private static final int TOO_LARGE = 3 * 1024 * 1024 + 1;

    private final ClusterUnderTest cluster;
    private final Map<String, String> kept = new HashMap<>();
    private final String namespace = "case-" + UUID.randomUUID().toString().substring(0, 13);

    CaseRun(ClusterUnderTest cluster) throws Exception {
        this.cluster = cluster;
        kept.put("NS", namespace);
        var made =
                cluster.ask(
                        "POST",
                        NAMESPACES,
                        Map.of("Content-Type", "application/json"),
                        "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
        assertThat(made.code()).as(made.body()).isEqualTo(201);
    }

    void step(Step step) {
        var request = filled(step.fields());
        if (step.fields().has("events")) {
            watched(step, request);
        } else if (step.fields().path("eventually").asBoolean()) {
            await().atMost(CONTROLLERS_TAKE)
                    .ignoreExceptions()
                    .untilAsserted(() -> answered(step, request));
        } else {
            answered(step, request);
        }
    }

    private void answered(Step step, JsonNode request) {
        var answer = ask(request);
        var said = step.at() + ": " + request.path("request").asText() + "\n" + answer.body();
        assertThat(answer.code()).as(said).isIn(statuses(request.path("status")));
        if (request.get("answer") instanceof JsonNode wanted) {
            if (wanted.isTextual()) {
                assertThat(answer.body()).as(said).matches("(?s)" + wanted.asText());
            } else {
                assertThat(differences(wanted, tree(answer.body()), "")).as(said).isEmpty();
            }
        }
        for (var pointer : request.path("absent")) {
            assertThat(tree(answer.body()).at(pointer.asText()).isMissingNode())
                    .as("%s should be absent from %s", pointer.asText(), said)
                    .isTrue();
        }
        for (var keep : request.path("keep").properties()) {
            var value = tree(answer.body()).at(keep.getValue().asText());
            assertThat(value.isValueNode()).as("%s of %s", keep.getValue(), said).isTrue();
            kept.put(keep.getKey(), value.asText());
        }
    }

    private static List<Object> statuses(JsonNode status) {
        var statuses = new ArrayList<Object>();
        (status.isArray() ? status : List.of(status)).forEach(it -> statuses.add(it.asInt()));
        return statuses;
    }

    private void watched(Step step, JsonNode request) {
        var wanted = request.path("events");
        var accept = request.path("headers").path("Accept").asText("application/json");
        var lines = cluster.watch(Step.path(request), accept, wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(differences(wanted.get(i), tree(lines.get(i)), ""))
                    .as("%s: event %d of %s", step.at(), i, lines)
                    .isEmpty();
        }
    }

    private ClusterUnderTest.Answer ask(JsonNode request) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        request.path("headers")
                .properties()
                .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
        headers.putIfAbsent("Accept", "application/json");
        var body = request.path("text").asText(null);
        if (request.has("body")) {
            body = request.path("body").toString();
        }
        if (body != null) {
            headers.putIfAbsent("Content-Type", request.path("type").asText("application/json"));
        }
        return cluster.ask(Step.method(request), Step.path(request), headers, body);
    }

    /// The step's fields with what earlier steps kept put in.
    private JsonNode filled(JsonNode fields) {
        var text = fields.toString();
        for (var value : kept.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        return tree(text.replace("@TOO-LARGE@", "x".repeat(TOO_LARGE)));
    }

    /// Where an answer lacks what was wanted: objects may hold more, lists may not; a string that
    /// begins with `~` is a pattern for the whole of the answer's.
    private static List<String> differences(JsonNode wanted, JsonNode found, String at) {
        var differences = new ArrayList<String>();
        if (wanted.isObject() && found.isObject()) {
            wanted.properties()
                    .forEach(
                            field ->
                                    differences.addAll(
                                            differences(
                                                    field.getValue(),
                                                    found.path(field.getKey()),
                                                    at + "/" + field.getKey())));
        } else if (wanted.isArray() && found.isArray() && wanted.size() == found.size()) {
            for (int i = 0; i < wanted.size(); i++) {
                differences.addAll(differences(wanted.get(i), found.get(i), at + "/" + i));
            }
        } else if (wanted.isTextual() && wanted.asText().startsWith("~")) {
            if (!found.asText().matches("(?s)" + wanted.asText().substring(1))) {
                differences.add(at + ": " + wanted + ", not " + found);
            }
        } else if (!wanted.equals(found)) {
            differences.add(at + ": " + wanted + ", not " + found);
        }
        return differences;
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError("No JSON: " + json, e);
        }
    }

    @Override
    public void close() {
        cluster.ask("DELETE", NAMESPACES + "/" + namespace, Map.of(), null);
    }
}
