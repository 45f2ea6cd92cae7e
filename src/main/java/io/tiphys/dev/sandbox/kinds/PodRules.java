package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Names what is wrong with the spec of a pod: containers, their variables, ports and resources,
/// and the volumes.
final class PodRules {

    private static final Set<String> HANDLERS = Set.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    private PodRules() {}

    /// @param claims the volumes that a StatefulSet's claims will be
    static void check(JsonNode spec, String path, JsonNode claims, List<Cause> causes) {
        var volumes = new HashSet<String>();
        claims.forEach(claim -> volumes.add(Json.text(claim, "metadata", "name")));
        volumes(spec.path("volumes"), path + ".volumes", volumes, causes);
        if (spec.path("containers").isEmpty()) {
            causes.add(Cause.required(path + ".containers", ""));
        }
        var names = new HashSet<String>();
        for (var list : List.of("containers", "initContainers")) {
            int i = 0;
            for (var container : spec.path(list)) {
                var place = path + "." + list + "[" + i++ + "]";
                name(container, place, names, causes);
                container(container, place, volumes, causes);
            }
        }
    }

    private static void name(
            JsonNode container, String place, Set<String> names, List<Cause> causes) {
        var name = Json.text(container, "name");
        if (name.isEmpty()) {
            causes.add(Cause.required(place + ".name", ""));
        } else if (names.add(name)) {
            Names.checkLabel(place + ".name", name, causes);
        } else {
            causes.add(Cause.duplicate(place + ".name", "\"" + name + "\""));
        }
        if (Json.text(container, "image").isEmpty()) {
            causes.add(Cause.required(place + ".image", ""));
        }
    }

    private static void container(
            JsonNode container, String place, Set<String> volumes, List<Cause> causes) {
        ports(container.path("ports"), place, causes);
        variables(container.path("env"), place + ".env", causes);
        int i = 0;
        for (var mount : container.path("volumeMounts")) {
            var field = place + ".volumeMounts[" + i++ + "]";
            var volume = Json.text(mount, "name");
            if (!volumes.contains(volume)) {
                causes.add(
                        new Cause(
                                "FieldValueNotFound",
                                "Not found: \"" + volume + "\"",
                                field + ".name"));
            }
            if (Json.text(mount, "mountPath").isEmpty()) {
                causes.add(Cause.required(field + ".mountPath", ""));
            }
        }
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(probe) && HANDLERS.stream().noneMatch(container.get(probe)::has)) {
                causes.add(Cause.required(place + "." + probe, "must specify a handler type"));
            }
        }
        var policy = Json.text(container, "imagePullPolicy");
        if (!PULL_POLICIES.contains(policy)) {
            causes.add(
                    Cause.unsupported(
                            place + ".imagePullPolicy",
                            "\"" + policy + "\"",
                            "\"Always\", \"IfNotPresent\", \"Never\""));
        }
        resources(container.path("resources"), place + ".resources.requests", causes);
    }

    private static void ports(JsonNode ports, String place, List<Cause> causes) {
        int i = 0;
        for (var port : ports) {
            var field = place + ".ports[" + i++ + "].containerPort";
            if (port.path("containerPort").asInt() == 0) {
                causes.add(Cause.required(field, ""));
            } else {
                port(port.path("containerPort"), field, causes);
            }
        }
    }

    static void port(JsonNode port, String place, List<Cause> causes) {
        if (port.asInt() < 1 || port.asInt() > 65535) {
            causes.add(
                    Cause.invalid(
                            place, port.asText("0"), "must be between 1 and 65535, inclusive"));
        }
    }

    private static void variables(JsonNode variables, String place, List<Cause> causes) {
        int i = 0;
        for (var variable : variables) {
            var field = place + "[" + i++ + "]";
            if (Json.text(variable, "name").isEmpty()) {
                causes.add(Cause.required(field + ".name", ""));
            }
            if (variable.has("valueFrom") && !Json.text(variable, "value").isEmpty()) {
                causes.add(
                        Cause.invalid(
                                field + ".valueFrom",
                                "\"\"",
                                "may not be specified when `value` is not empty"));
            }
        }
    }

    private static void resources(JsonNode resources, String place, List<Cause> causes) {
        for (var request : resources.path("requests").properties()) {
            var limit = resources.path("limits").path(request.getKey());
            var wanted = request.getValue().asText();
            if (!limit.isMissingNode()
                    && Quantities.value(wanted).compareTo(Quantities.value(limit.asText())) > 0) {
                causes.add(
                        Cause.invalid(
                                place,
                                "\"" + wanted + "\"",
                                "must be less than or equal to %s limit of %s"
                                        .formatted(request.getKey(), limit.asText())));
            }
        }
    }

    private static void volumes(
            JsonNode volumes, String place, Set<String> names, List<Cause> causes) {
        int i = 0;
        for (var volume : volumes) {
            var field = place + "[" + i++ + "]";
            var name = Json.text(volume, "name");
            if (name.isEmpty()) {
                causes.add(Cause.required(field + ".name", ""));
            } else if (names.add(name)) {
                Names.checkLabel(field + ".name", name, causes);
            } else {
                causes.add(Cause.duplicate(field + ".name", "\"" + name + "\""));
            }
            var sources = new ArrayList<String>();
            volume.fieldNames().forEachRemaining(sources::add);
            sources.remove("name");
            // The server looks for an empty directory first, and finds every other one too many.
            if (sources.remove("emptyDir")) {
                sources.addFirst("emptyDir");
            }
            for (int other = 1; other < sources.size(); other++) {
                causes.add(
                        Cause.forbidden(
                                field + "." + sources.get(other),
                                "may not specify more than 1 volume type"));
            }
        }
    }
}
