package io.tiphys.dev.sandbox.table;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiphys.dev.sandbox.table.Column.Cell;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// What stands in the cells that are more than one field of an object.
final class Cells {

    private static final String NONE = "<none>";
    private static final Map<String, String> ACCESS_MODES =
            Map.of(
                    "ReadWriteOnce", "RWO",
                    "ReadOnlyMany", "ROX",
                    "ReadWriteMany", "RWX",
                    "ReadWriteOncePod", "RWOP");

    private static final String CONTAINERS = "/spec/template/spec/containers";
    private static final String JOB_CONTAINERS = "/spec/jobTemplate/spec/template/spec/containers";

    private static final Map<String, Cell> NAMED =
            Map.ofEntries(
                    entry(
                            "data",
                            count(it -> it.path("data").size() + it.path("binaryData").size())),
                    entry("secrets", count(it -> it.path("secrets").size())),
                    entry("webhooks", count(it -> it.path("webhooks").size())),
                    entry("active", count(it -> it.at("/status/active").size())),
                    entry("externalIps", text(Cells::externalIps)),
                    entry("servicePorts", text(Cells::servicePorts)),
                    entry("labelSelector", text(it -> labels(it.at("/spec/selector")))),
                    entry("selector", text(it -> selector(it.at("/spec/selector")))),
                    entry("podSelector", text(it -> selector(it.at("/spec/podSelector")))),
                    entry(
                            "nodeSelector",
                            text(it -> labels(it.at("/spec/template/spec/nodeSelector")))),
                    entry("podReady", text(PodCells::podReady)),
                    entry("podStatus", text(PodCells::podStatus)),
                    entry("podRestarts", PodCells::podRestarts),
                    entry("involved", text(Cells::involved)),
                    entry(
                            "source",
                            text(
                                    it ->
                                            it.at("/source/component")
                                                    .asText(Json.text(it, "reportingComponent")))),
                    entry("volumeModes", text(it -> accessModes(it.at("/spec/accessModes")))),
                    entry("claimModes", text(it -> accessModes(it.at("/status/accessModes")))),
                    entry("phase", text(Cells::phase)),
                    entry("claim", text(it -> joined(it.at("/spec/claimRef"), "namespace"))),
                    entry("role", text(it -> joined(it.path("roleRef"), "kind"))),
                    entry("scaled", text(it -> joined(it.at("/spec/scaleTargetRef"), "kind"))),
                    entry("endpoints", text(Cells::endpoints)),
                    entry("nodeStatus", text(Cells::nodeStatus)),
                    entry("nodeRoles", text(Cells::nodeRoles)),
                    entry("internalIp", text(it -> nodeAddress(it, "InternalIP"))),
                    entry("externalIp", text(it -> nodeAddress(it, "ExternalIP"))),
                    entry("quotaRequests", text(it -> quota(it, false))),
                    entry("quotaLimits", text(it -> quota(it, true))),
                    entry(
                            "ready",
                            text(
                                    it ->
                                            it.at("/status/readyReplicas").asInt()
                                                    + "/"
                                                    + it.at("/spec/replicas").asInt())),
                    entry("containers", text(it -> each(it.at(CONTAINERS), "name"))),
                    entry("images", text(it -> each(it.at(CONTAINERS), "image"))),
                    entry("jobContainers", text(it -> each(it.at(JOB_CONTAINERS), "name"))),
                    entry("jobImages", text(it -> each(it.at(JOB_CONTAINERS), "image"))),
                    entry("jobStatus", text(Cells::jobStatus)),
                    entry("completions", text(Cells::completions)),
                    entry("jobDuration", Cells::jobDuration),
                    entry(
                            "suspended",
                            text(it -> it.at("/spec/suspend").asBoolean() ? "True" : "False")),
                    entry("hosts", text(Cells::hosts)),
                    entry("balancers", text(Cells::balancers)),
                    entry(
                            "ingressPorts",
                            text(it -> it.at("/spec/tls").isEmpty() ? "80" : "80, 443")),
                    entry("users", text(it -> subjects(it, "User"))),
                    entry("groups", text(it -> subjects(it, "Group"))),
                    entry("accounts", text(it -> subjects(it, "ServiceAccount"))),
                    entry("metrics", text(Cells::metrics)),
                    entry("className", text(Cells::className)));

    private Cells() {}

    /// The cell that the list of columns calls this.
    static Cell named(String name) {
        return Optional.ofNullable(NAMED.get(name)).orElseThrow();
    }

    private static Cell text(Function<JsonNode, String> text) {
        return (object, _) -> TextNode.valueOf(text.apply(object));
    }

    private static Cell count(ToIntFunction<JsonNode> count) {
        return (object, _) -> IntNode.valueOf(count.applyAsInt(object));
    }

    private static String joined(JsonNode reference, String first) {
        return reference.isObject()
                ? Json.text(reference, first) + "/" + Json.text(reference, "name")
                : "";
    }

    private static String className(JsonNode type) {
        var standard =
                Json.at(
                        type,
                        "metadata",
                        "annotations",
                        "storageclass.kubernetes.io/is-default-class");
        return Json.text(type, "metadata", "name") + (standard.asBoolean() ? " (default)" : "");
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    /// A field of each element, with commas.
    private static String each(JsonNode list, String field) {
        return Json.objects(list).stream()
                .map(it -> Json.text(it, field))
                .collect(Collectors.joining(","));
    }

    private static String labels(JsonNode labels) {
        return orNone(
                labels.properties().stream()
                        .map(label -> label.getKey() + "=" + label.getValue().asText())
                        .sorted()
                        .collect(Collectors.joining(",")));
    }

    private static String selector(JsonNode selector) {
        var terms = new ArrayList<String>();
        if (!selector.path("matchLabels").isEmpty()) {
            terms.add(labels(selector.path("matchLabels")));
        }
        for (var it : selector.path("matchExpressions")) {
            var key = Json.text(it, "key");
            var values = "(" + String.join(",", Json.texts(it.path("values"))) + ")";
            terms.add(
                    switch (Json.text(it, "operator")) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        return orNone(String.join(",", terms));
    }

    static boolean condition(JsonNode object, String type) {
        return Json.objects(object.at("/status/conditions")).stream()
                .anyMatch(
                        it ->
                                Json.text(it, "type").equals(type)
                                        && Json.text(it, "status").equals("True"));
    }

    static boolean leaving(JsonNode object) {
        return object.at("/metadata/deletionTimestamp").isTextual();
    }

    private static String externalIps(JsonNode service) {
        var own = String.join(",", Json.texts(service.at("/spec/externalIPs")));
        return switch (Json.text(service, "spec", "type")) {
            case "ExternalName" -> Json.text(service, "spec", "externalName");
            case "LoadBalancer" -> {
                var all = new ArrayList<>(List.of(balancers(service), own));
                all.removeIf(String::isEmpty);
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            default -> orNone(own);
        };
    }

    private static String balancers(JsonNode object) {
        return Json.objects(object.at("/status/loadBalancer/ingress")).stream()
                .map(it -> it.path("ip").asText(Json.text(it, "hostname")))
                .collect(Collectors.joining(","));
    }

    private static String servicePorts(JsonNode service) {
        return orNone(
                Json.objects(service.at("/spec/ports")).stream()
                        .map(
                                port -> {
                                    var node = port.path("nodePort").asInt();
                                    return Json.text(port, "port")
                                            + (node == 0 ? "" : ":" + node)
                                            + "/"
                                            + Json.text(port, "protocol");
                                })
                        .collect(Collectors.joining(",")));
    }

    private static String endpoints(JsonNode endpoints) {
        var all = new ArrayList<String>();
        for (var subset : endpoints.path("subsets")) {
            for (var address : subset.path("addresses")) {
                var ip = Json.text(address, "ip");
                var ports = Json.objects(subset.path("ports"));
                if (ports.isEmpty()) {
                    all.add(ip);
                }
                ports.forEach(port -> all.add(ip + ":" + Json.text(port, "port")));
            }
        }
        return orNone(atMost(all, 3));
    }

    private static String atMost(List<String> all, int most) {
        return String.join(",", all.subList(0, Math.min(most, all.size())))
                + (all.size() > most ? " + " + (all.size() - most) + " more..." : "");
    }

    private static String hosts(JsonNode ingress) {
        var hosts =
                Json.objects(ingress.at("/spec/rules")).stream()
                        .map(rule -> Json.text(rule, "host"))
                        .filter(host -> !host.isEmpty())
                        .toList();
        return hosts.isEmpty() ? "*" : atMost(hosts, 3);
    }

    private static String jobStatus(JsonNode job) {
        for (var type : List.of("Complete", "Failed")) {
            if (condition(job, type)) {
                return type;
            }
        }
        if (leaving(job)) {
            return "Terminating";
        }
        for (var type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
            if (condition(job, type)) {
                return type;
            }
        }
        return "Running";
    }

    private static String completions(JsonNode job) {
        var done = job.at("/status/succeeded").asInt() + "/";
        if (job.at("/spec/completions").isNumber()) {
            return done + job.at("/spec/completions").asInt();
        }
        var parallel = job.at("/spec/parallelism").asInt();
        return done + (parallel > 1 ? "1 of " + parallel : "1");
    }

    private static JsonNode jobDuration(JsonNode job, Instant now) {
        var start = job.at("/status/startTime");
        var end = job.at("/status/completionTime");
        if (!start.isTextual()) {
            return TextNode.valueOf("");
        }
        var until = end.isTextual() ? Instant.parse(end.asText()) : now;
        return TextNode.valueOf(Ages.of(Duration.between(Instant.parse(start.asText()), until)));
    }

    private static String accessModes(JsonNode modes) {
        return Json.texts(modes).stream()
                .map(mode -> ACCESS_MODES.getOrDefault(mode, mode))
                .collect(Collectors.joining(","));
    }

    private static String phase(JsonNode object) {
        return leaving(object) ? "Terminating" : Json.text(object, "status", "phase");
    }

    private static String nodeStatus(JsonNode node) {
        var ready =
                Json.objects(node.at("/status/conditions")).stream()
                        .filter(it -> Json.text(it, "type").equals("Ready"))
                        .map(it -> Json.text(it, "status").equals("True") ? "Ready" : "NotReady")
                        .findFirst()
                        .orElse("Unknown");
        return ready + (node.at("/spec/unschedulable").asBoolean() ? ",SchedulingDisabled" : "");
    }

    private static String nodeRoles(JsonNode node) {
        var prefix = "node-role.kubernetes.io/";
        return orNone(
                node.at("/metadata/labels").properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(label -> label.startsWith(prefix))
                        .map(label -> label.substring(prefix.length()))
                        .sorted()
                        .collect(Collectors.joining(",")));
    }

    private static String nodeAddress(JsonNode node, String type) {
        return Json.objects(node.at("/status/addresses")).stream()
                .filter(it -> Json.text(it, "type").equals(type))
                .map(it -> Json.text(it, "address"))
                .findFirst()
                .orElse(NONE);
    }

    private static String subjects(JsonNode binding, String kind) {
        return Json.objects(binding.path("subjects")).stream()
                .filter(it -> Json.text(it, "kind").equals(kind))
                .map(
                        it ->
                                (it.has("namespace") ? Json.text(it, "namespace") + "/" : "")
                                        + Json.text(it, "name"))
                .collect(Collectors.joining(", "));
    }

    private static String involved(JsonNode event) {
        return Json.text(event, "involvedObject", "kind").toLowerCase(Locale.ROOT)
                + "/"
                + Json.text(event, "involvedObject", "name");
    }

    /// What is used of what is allowed, of limits or of all else.
    private static String quota(JsonNode quota, boolean limits) {
        return quota.at("/status/hard").properties().stream()
                .filter(it -> it.getKey().startsWith("limits.") == limits)
                .map(
                        it ->
                                "%s: %s/%s"
                                        .formatted(
                                                it.getKey(),
                                                quota.at("/status/used")
                                                        .path(it.getKey())
                                                        .asText("0"),
                                                it.getValue().asText()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String metrics(JsonNode scaler) {
        var metrics = new ArrayList<String>();
        for (var metric : scaler.at("/spec/metrics")) {
            var target = metric.at("/resource/target/averageUtilization");
            metrics.add(
                    metric.at("/resource/name").asText("<unknown>")
                            + ": <unknown>/"
                            + (target.isNumber() ? target.asInt() + "%" : "<auto>"));
        }
        return orNone(String.join(", ", metrics));
    }
}
