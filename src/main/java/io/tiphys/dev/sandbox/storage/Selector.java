package io.tiphys.dev.sandbox.storage;

import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which objects a list or watch is about: by label and by a few fields.
public record Selector(List<Predicate<Stored>> conditions) {

    public static final Selector ALL = new Selector(List.of());

    private static final Pattern REQUIREMENT =
            Pattern.compile(
                    "\\s*(?:!\\s*(?<absent>[^\\s,!=()]+)"
                            + "|(?<key>[^\\s,!=()]+)(?:"
                            + "\\s+(?<op>in|notin)\\s*\\((?<values>[^)]*)\\)"
                            + "|\\s*(?<eq>==|=|!=)\\s*(?<value>[^\\s,]*))?)\\s*(?:,|$)");

    private static final Pattern KEY =
            Pattern.compile("([^/]+/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");

    private static final Map<String, Set<String>> FIELDS =
            Map.of(
                    "pods",
                    Set.of(
                            "status.phase",
                            "status.podIP",
                            "status.nominatedNodeName",
                            "spec.nodeName",
                            "spec.restartPolicy",
                            "spec.schedulerName",
                            "spec.serviceAccountName"),
                    "events",
                    Set.of(
                            "involvedObject.kind",
                            "involvedObject.name",
                            "involvedObject.namespace",
                            "involvedObject.uid",
                            "reason",
                            "type"),
                    "secrets",
                    Set.of("type"),
                    "namespaces",
                    Set.of("status.phase"));

    public static Selector parse(String labels, String fields, String shelf) {
        var conditions = new ArrayList<Predicate<Stored>>();
        var rest = REQUIREMENT.matcher(labels);
        int at = 0;
        while (at < labels.length()) {
            if (!rest.region(at, labels.length()).lookingAt()) {
                throw Refusal.badRequest("unable to parse requirement: " + labels);
            }
            var match = rest.toMatchResult();
            var key = match.group("absent") == null ? match.group("key") : match.group("absent");
            if (!KEY.matcher(key).matches()) {
                throw Refusal.badRequest("unable to parse requirement: <nil>: " + key);
            }
            conditions.add(requirement(match));
            at = rest.end();
        }
        for (var field : fields.isEmpty() ? List.<String>of() : List.of(fields.split(",", -1))) {
            conditions.add(field(field, shelf));
        }
        return conditions.isEmpty() ? ALL : new Selector(conditions);
    }

    private static Predicate<Stored> requirement(MatchResult match) {
        var absent = match.group("absent");
        if (absent != null) {
            return object -> !object.labels().containsKey(absent);
        }
        var key = match.group("key");
        var op = match.group("op");
        if (op != null) {
            var values =
                    Arrays.stream(match.group("values").split(",", -1))
                            .map(String::strip)
                            .collect(Collectors.toSet());
            return op.equals("in")
                    ? object -> values.contains(object.labels().getOrDefault(key, "\0"))
                    : object -> !values.contains(object.labels().getOrDefault(key, "\0"));
        }
        var eq = match.group("eq");
        if (eq != null) {
            var value = match.group("value");
            return eq.equals("!=")
                    ? object -> !value.equals(object.labels().get(key))
                    : object -> value.equals(object.labels().get(key));
        }
        return object -> object.labels().containsKey(key);
    }

    private static Predicate<Stored> field(String term, String shelf) {
        var negated = term.contains("!=");
        var parts = term.split("!=|==?", 2);
        if (parts.length != 2) {
            throw Refusal.badRequest(
                    "invalid selector: '%s'; can't understand '%s'".formatted(term, term));
        }
        var value = parts[1].strip();
        Predicate<Stored> same =
                switch (parts[0].strip()) {
                    case "metadata.name" -> object -> object.key().name().equals(value);
                    case "metadata.namespace" -> object -> object.key().namespace().equals(value);
                    case String field when FIELDS.getOrDefault(shelf, Set.of()).contains(field) -> {
                        var path = field.split("\\.", -1);
                        yield object -> Json.text(object.tree(), path).equals(value);
                    }
                    case String field ->
                            throw Refusal.badRequest("field label not supported: " + field);
                };
        return negated ? same.negate() : same;
    }

    public boolean matches(Stored object) {
        for (var condition : conditions) {
            if (!condition.test(object)) {
                return false;
            }
        }
        return true;
    }

    public boolean isAll() {
        return conditions.isEmpty();
    }
}
