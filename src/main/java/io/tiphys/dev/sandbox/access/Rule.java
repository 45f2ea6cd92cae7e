package io.tiphys.dev.sandbox.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One rule of a role: these verbs on these resources, or on these paths.
record Rule(
        List<String> verbs,
        List<String> groups,
        List<String> resources,
        List<String> names,
        List<String> paths) {

    static final List<Rule> EVERYTHING =
            List.of(
                    new Rule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
                    new Rule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    static List<Rule> of(JsonNode role) {
        return Json.objects(role.path("rules")).stream()
                .map(
                        rule ->
                                new Rule(
                                        Json.texts(rule.path("verbs")),
                                        Json.texts(rule.path("apiGroups")),
                                        Json.texts(rule.path("resources")),
                                        Json.texts(rule.path("resourceNames")),
                                        Json.texts(rule.path("nonResourceURLs"))))
                .toList();
    }

    boolean allows(Question asked) {
        if (!has(verbs, asked.verb())) {
            return false;
        }
        if (!asked.aboutResource()) {
            return paths.stream().anyMatch(path -> reaches(path, asked.path()));
        }
        return has(groups, asked.group())
                && names(asked.fullResource())
                && (names.isEmpty() || names.contains(asked.name()));
    }

    private static boolean has(List<String> list, String value) {
        return list.contains("*") || list.contains(value);
    }

    private static boolean reaches(String pattern, String path) {
        return pattern.endsWith("*")
                ? path.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(path);
    }

    private boolean names(String resource) {
        var slash = resource.indexOf('/');
        return has(resources, resource)
                || (slash > 0 && resources.contains("*" + resource.substring(slash)));
    }

    /// Whether whoever holds this rule holds all of a [#pieces] of another.
    boolean covers(Rule piece) {
        return has(verbs, piece.verbs.getFirst())
                && (piece.paths.isEmpty()
                        ? has(groups, piece.groups.getFirst())
                                && names(piece.resources.getFirst())
                                && (names.isEmpty() || names.containsAll(piece.names))
                                && (names.isEmpty() || !piece.names.isEmpty())
                        : paths.stream().anyMatch(it -> reaches(it, piece.paths.getFirst())));
    }

    /// The same as rules of one verb, one resource and at most one name each.
    List<Rule> pieces() {
        var pieces = new ArrayList<Rule>();
        for (var verb : verbs) {
            for (var group : groups) {
                for (var resource : resources) {
                    for (var name : names.isEmpty() ? List.of("") : names) {
                        pieces.add(
                                new Rule(
                                        List.of(verb),
                                        List.of(group),
                                        List.of(resource),
                                        name.isEmpty() ? List.of() : List.of(name),
                                        List.of()));
                    }
                }
            }
            for (var path : paths) {
                pieces.add(new Rule(List.of(verb), List.of(), List.of(), List.of(), List.of(path)));
            }
        }
        return pieces;
    }

    /// What it is about, in the words of the API server, without the verbs.
    String matter() {
        var matter = new ArrayList<String>();
        add(matter, "APIGroups", groups);
        add(matter, "Resources", resources);
        add(matter, "ResourceNames", names);
        add(matter, "NonResourceURLs", paths);
        return String.join(", ", matter);
    }

    private static void add(List<String> matter, String name, List<String> values) {
        if (!values.isEmpty()) {
            matter.add(name + ":" + quoted(values));
        }
    }

    static String quoted(List<String> values) {
        return values.stream()
                .map(value -> "\"" + value + "\"")
                .collect(Collectors.joining(" ", "[", "]"));
    }

    ObjectNode tree() {
        var rule = Json.object();
        verbs.forEach(Json.list(rule, "verbs")::add);
        if (paths.isEmpty()) {
            groups.forEach(Json.list(rule, "apiGroups")::add);
            resources.forEach(Json.list(rule, "resources")::add);
            names.forEach(name -> Json.list(rule, "resourceNames").add(name));
        } else {
            paths.forEach(Json.list(rule, "nonResourceURLs")::add);
        }
        return rule;
    }
}
