package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Names what is wrong with the kinds that lead traffic to pods.
final class NetworkRules {

    private static final Set<String> SERVICE_TYPES =
            Set.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName");
    private static final Set<String> PATH_TYPES =
            Set.of("Exact", "Prefix", "ImplementationSpecific");
    private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    private NetworkRules() {}

    static void service(JsonNode spec, List<Cause> causes) {
        var type = Json.text(spec, "type");
        if (!SERVICE_TYPES.contains(type)) {
            causes.add(
                    Cause.unsupported(
                            "spec.type",
                            "\"" + type + "\"",
                            "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""));
        }
        var headless = Json.text(spec, "clusterIP").equals("None");
        if (type.equals("ExternalName")) {
            if (Json.text(spec, "externalName").isEmpty()) {
                causes.add(Cause.required("spec.externalName", ""));
            }
        } else if (spec.path("ports").isEmpty() && !headless) {
            causes.add(Cause.required("spec.ports", ""));
        }
        ports(spec.path("ports"), causes);
    }

    private static void ports(JsonNode ports, List<Cause> causes) {
        var seen = new HashSet<String>();
        var names = new HashSet<String>();
        int i = 0;
        for (var port : ports) {
            var place = "spec.ports[" + i++ + "]";
            var name = Json.text(port, "name");
            if (name.isEmpty()) {
                if (ports.size() > 1) {
                    causes.add(Cause.required(place + ".name", ""));
                }
            } else if (!names.add(name)) {
                causes.add(Cause.duplicate(place + ".name", "\"" + name + "\""));
            }
            PodRules.port(port.path("port"), place + ".port", causes);
            if (port.path("targetPort").isInt()) {
                PodRules.port(port.path("targetPort"), place + ".targetPort", causes);
            }
            if (!seen.add(Json.text(port, "port") + "/" + Json.text(port, "protocol"))) {
                causes.add(Cause.duplicate(place, port.toString()));
            }
        }
    }

    static void ingress(JsonNode spec, List<Cause> causes) {
        if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
            causes.add(
                    Cause.invalid(
                            "spec",
                            "null",
                            "either `defaultBackend` or `rules` must be specified"));
        }
        if (spec.has("defaultBackend")) {
            backend(spec.path("defaultBackend"), "spec.defaultBackend", causes);
        }
        int i = 0;
        for (var rule : spec.path("rules")) {
            var place = "spec.rules[" + i++ + "]";
            var host = Json.text(rule, "host");
            if (ADDRESS.matcher(host).matches()) {
                causes.add(
                        Cause.invalid(
                                place + ".host",
                                "\"" + host + "\"",
                                "must be a DNS name, not an IP address"));
            }
            int j = 0;
            for (var path : Json.at(rule, "http", "paths")) {
                path(path, place + ".http.paths[" + j++ + "]", causes);
            }
        }
    }

    private static void path(JsonNode path, String place, List<Cause> causes) {
        var type = Json.text(path, "pathType");
        var value = Json.text(path, "path");
        if (type.isEmpty()) {
            causes.add(Cause.required(place + ".pathType", "pathType must be specified"));
        } else if (!PATH_TYPES.contains(type)) {
            causes.add(
                    Cause.unsupported(
                            place + ".pathType",
                            "\"" + type + "\"",
                            "\"Exact\", \"ImplementationSpecific\", \"Prefix\""));
        } else if (!value.startsWith("/")
                && !(type.equals("ImplementationSpecific") && value.isEmpty())) {
            causes.add(
                    Cause.invalid(
                            place + ".path", "\"" + value + "\"", "must be an absolute path"));
        }
        backend(path.path("backend"), place + ".backend", causes);
    }

    private static void backend(JsonNode backend, String place, List<Cause> causes) {
        if (backend.has("resource")) {
            return;
        }
        if (Json.text(backend, "service", "name").isEmpty()) {
            causes.add(Cause.required(place + ".service.name", ""));
        }
        var port = Json.at(backend, "service", "port");
        if (!port.has("name") && !port.has("number")) {
            causes.add(Cause.required(place, "port name or number is required"));
        }
    }

    static void policy(JsonNode spec, List<Cause> causes) {
        int i = 0;
        for (var type : spec.path("policyTypes")) {
            if (!Set.of("Ingress", "Egress").contains(type.asText())) {
                causes.add(
                        Cause.unsupported(
                                "spec.policyTypes[" + i + "]",
                                type.toString(),
                                "\"Ingress\", \"Egress\""));
            }
            i++;
        }
    }
}
