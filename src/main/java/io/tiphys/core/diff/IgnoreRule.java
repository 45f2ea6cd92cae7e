package io.tiphys.core.diff;

import io.tiphys.core.jq.JqFailure;
import io.tiphys.core.jq.JqPaths;
import io.tiphys.core.model.Glob;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which fields of which resources may differ, as `spec.ignoreDifferences` of an Application and
/// `resource.customizations.ignoreDifferences.*` of `argocd-cm` say it.
///
/// @param group a glob
/// @param kind a glob
/// @param name a glob; empty for all
/// @param namespace a glob; empty for all
/// @param pointers JSON pointers
/// @param managers whose fields may differ, by the names in `managedFields`
/// @param problems why a part of it cannot be read. What it was to protect is not known then, so
///     that resources that it is for are neither in sync nor out of sync
/// @param warnings what of it can never match anything
record IgnoreRule(
        Glob group,
        Glob kind,
        Glob name,
        Glob namespace,
        List<String> pointers,
        List<JqPaths> expressions,
        List<String> managers,
        List<String> problems,
        List<String> warnings) {

    private static final Glob ALL = new Glob("", "*");

    /// @param where it stands, for messages
    /// @param tree with the four names and the three lists
    static IgnoreRule read(String where, Map<String, Object> tree) {
        var problems = new ArrayList<String>();
        var warnings = new ArrayList<String>();
        var group = Json.string(tree, "group");
        var expressions = new ArrayList<JqPaths>();
        for (var text : texts(where, tree, "jqPathExpressions", problems)) {
            try {
                expressions.add(JqPaths.read(text));
            } catch (JqFailure malformed) {
                problems.add(
                        "%s: '%s' is no path expression of jq: %s"
                                .formatted(where, shortened(text), malformed.getMessage()));
            }
        }
        var pointers = texts(where, tree, "jsonPointers", problems);
        pointers.stream()
                .filter(it -> !it.startsWith("/"))
                .forEach(
                        it ->
                                warnings.add(
                                        "%s: the JSON pointer '%s' leads nowhere: it must begin with /"
                                                .formatted(where, shortened(it))));
        return new IgnoreRule(
                group.isEmpty() ? new Glob("", "") : glob(where, group, problems),
                glob(where, Json.string(tree, "kind"), problems),
                globOrAll(where, Json.string(tree, "name"), problems),
                globOrAll(where, Json.string(tree, "namespace"), problems),
                pointers,
                List.copyOf(expressions),
                texts(where, tree, "managedFieldsManagers", problems),
                List.copyOf(problems),
                List.copyOf(warnings));
    }

    private static Glob globOrAll(String where, String text, List<String> problems) {
        return text.isEmpty() ? ALL : glob(where, text, problems);
    }

    /// One that cannot be read matches all: better too many resources are left alone.
    private static Glob glob(String where, String text, List<String> problems) {
        try {
            return new Glob(where, text);
        } catch (InvalidSpecException malformed) {
            problems.add(String.valueOf(malformed.getMessage()));
            return ALL;
        }
    }

    private static List<String> texts(
            String where, Map<String, Object> tree, String name, List<String> problems) {
        var value = tree.get(name);
        var texts = Json.array(value).stream().filter(String.class::isInstance).toList();
        if (value != null && (!(value instanceof List<?> list) || texts.size() != list.size())) {
            problems.add("%s.%s must be a list of strings".formatted(where, name));
        }
        return texts.stream().map(String::valueOf).toList();
    }

    /// The same with more that cannot be read.
    IgnoreRule with(List<String> moreProblems) {
        return new IgnoreRule(
                group,
                kind,
                name,
                namespace,
                pointers,
                expressions,
                managers,
                Stream.concat(problems.stream(), moreProblems.stream()).toList(),
                warnings);
    }

    boolean matches(ResourceKey key) {
        return group.matches(key.group())
                && kind.matches(key.kind())
                && name.matches(key.name())
                && namespace.matches(key.namespace());
    }

    /// A megabyte of a mistake is no help to its author.
    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
