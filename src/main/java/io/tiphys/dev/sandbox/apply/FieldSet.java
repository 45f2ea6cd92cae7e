package io.tiphys.dev.sandbox.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A set of paths in an object, shaped as `fieldsV1` writes it: every node may be a member itself
/// and may hold further paths.
public final class FieldSet {

    private static final String SELF = ".";

    private final TreeMap<String, FieldSet> children = new TreeMap<>();
    private boolean member;

    public static FieldSet parse(JsonNode fieldsV1) {
        var set = new FieldSet();
        for (var field : fieldsV1.properties()) {
            if (field.getKey().equals(SELF)) {
                set.member = true;
            } else {
                var child = parse(field.getValue());
                child.member |= field.getValue().isEmpty();
                set.children.put(field.getKey(), child);
            }
        }
        return set;
    }

    public ObjectNode fieldsV1() {
        var node = Json.object();
        if (member && !children.isEmpty()) {
            node.putObject(SELF);
        }
        children.forEach((name, child) -> node.set(name, child.fieldsV1()));
        return node;
    }

    public void insert(List<String> path) {
        var here = this;
        for (var step : path) {
            here = here.children.computeIfAbsent(step, _ -> new FieldSet());
        }
        here.member = true;
    }

    public boolean member() {
        return member;
    }

    public Map<String, FieldSet> children() {
        return children;
    }

    public boolean isEmpty() {
        return !member && children.isEmpty();
    }

    public FieldSet union(FieldSet other) {
        return combine(this, other, (a, b) -> a || b);
    }

    public FieldSet difference(FieldSet other) {
        return combine(this, other, (a, b) -> a && !b);
    }

    public FieldSet intersection(FieldSet other) {
        return combine(this, other, (a, b) -> a && b);
    }

    private static final FieldSet NOTHING = new FieldSet();

    private static FieldSet combine(
            FieldSet a, FieldSet b, BiPredicate<Boolean, Boolean> membership) {
        var result = new FieldSet();
        result.member = membership.test(a.member, b.member);
        a.children.forEach(
                (name, child) -> {
                    var other = b.children.getOrDefault(name, NOTHING);
                    result.putUnlessEmpty(name, combine(child, other, membership));
                });
        b.children.forEach(
                (name, child) -> {
                    if (!a.children.containsKey(name)) {
                        result.putUnlessEmpty(name, combine(NOTHING, child, membership));
                    }
                });
        return result;
    }

    private void putUnlessEmpty(String name, FieldSet child) {
        if (!child.isEmpty()) {
            children.put(name, child);
        }
    }

    /// Without these branches, whatever hangs below them; the branches' own parents stay.
    public FieldSet without(FieldSet branches) {
        var result = new FieldSet();
        result.member = member && !branches.member;
        children.forEach(
                (name, child) -> {
                    var branch = branches.children.get(name);
                    if (branch == null) {
                        result.children.put(name, child);
                    } else if (!branch.children.isEmpty()) {
                        result.putUnlessEmpty(name, child.without(branch));
                    }
                });
        return result;
    }

    public FieldSet only(String child) {
        var result = new FieldSet();
        var kept = children.get(child);
        if (kept != null) {
            result.children.put(child, kept);
        }
        return result;
    }

    /// With every declared field on the way to a member as a member too: who owns `spec.a.b` also
    /// holds `spec.a`, but not the map entry or list item in which it lies.
    public FieldSet withNamedFields(@Nullable Schema schema) {
        var result = new FieldSet();
        result.member = member;
        children.forEach(
                (name, child) -> {
                    var field = name.substring(2);
                    var full = child.withNamedFields(below(schema, name));
                    full.member |= schema != null && schema.declares(field);
                    result.children.put(name, full);
                });
        return result;
    }

    private static @Nullable Schema below(@Nullable Schema schema, String element) {
        if (schema == null) {
            return null;
        }
        return element.startsWith("f:") ? schema.child(element.substring(2)) : schema.item();
    }

    /// The members as people read them: `.spec.containers[name="a"].image`.
    public List<String> paths() {
        var paths = new ArrayList<String>();
        collect("", paths);
        return paths;
    }

    private void collect(String path, List<String> paths) {
        if (member) {
            paths.add(path);
        }
        children.forEach((name, child) -> child.collect(path + readable(name), paths));
    }

    static String readable(List<String> path) {
        return path.stream().map(FieldSet::readable).collect(Collectors.joining());
    }

    private static String readable(String element) {
        var rest = element.substring(2);
        if (element.startsWith("f:")) {
            return "." + rest;
        }
        if (element.startsWith("v:")) {
            return "[=" + rest + "]";
        }
        var keys = new ArrayList<String>();
        for (var key : Json.foreign(rest.getBytes(StandardCharsets.UTF_8), false).properties()) {
            keys.add(key.getKey() + "=" + key.getValue());
        }
        return "[" + String.join(",", keys) + "]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldSet set
                && member == set.member
                && children.equals(set.children);
    }

    @Override
    public int hashCode() {
        return 31 * children.hashCode() + Boolean.hashCode(member);
    }
}
