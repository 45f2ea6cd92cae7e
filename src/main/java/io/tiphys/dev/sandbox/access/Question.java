package io.tiphys.dev.sandbox.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal.Subject;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What somebody wants to do, in the words of a role's rules.
///
/// @param path where nothing but a path is asked for, which is then all that counts
public record Question(
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path) {

    private static final Pattern ONE_NAME = Pattern.compile("(?:.*,)?metadata\\.name==?([^,]+).*");

    /// Reads a request, whether or not what it asks for is served: nobody learns that from a
    /// refusal.
    ///
    /// @param segments of the path
    public static Question of(
            String method, String path, List<String> segments, boolean watch, String fields) {
        var group = !segments.isEmpty() && segments.getFirst().equals("apis");
        var start = group ? 3 : 2;
        var core = !segments.isEmpty() && segments.getFirst().equals("api");
        if (!(group || core) || segments.size() <= start) {
            return path(method.toLowerCase(Locale.ROOT), path);
        }
        var rest = segments.subList(start, segments.size());
        var namespace = "";
        if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            var inside =
                    rest.size() > 2
                            && !rest.get(2).equals("status")
                            && !rest.get(2).equals("finalize");
            rest = inside ? rest.subList(2, rest.size()) : rest;
        }
        var name = rest.size() > 1 ? rest.get(1) : "";
        var verb = verb(method, !name.isEmpty(), watch);
        if (verb.equals("list") || verb.equals("watch") || verb.equals("deletecollection")) {
            var one = ONE_NAME.matcher(fields);
            name = one.matches() ? one.group(1) : "";
        }
        return new Question(
                verb,
                group ? segments.get(1) : "",
                rest.getFirst(),
                rest.size() > 2 ? rest.get(2) : "",
                namespace,
                name,
                "");
    }

    private static String verb(String method, boolean named, boolean watch) {
        return switch (method) {
            case "GET", "HEAD" -> named ? "get" : watch ? "watch" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> named ? "delete" : "deletecollection";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    static Question path(String verb, String path) {
        return new Question(verb, "", "", "", "", "", path);
    }

    static Question on(String verb, Subject what, String namespace) {
        return new Question(verb, what.group(), what.kind(), "", namespace, what.name(), "");
    }

    /// As the spec of an access review puts it.
    static Question of(JsonNode resource) {
        return new Question(
                Json.text(resource, "verb"),
                Json.text(resource, "group"),
                Json.text(resource, "resource"),
                Json.text(resource, "subresource"),
                Json.text(resource, "namespace"),
                Json.text(resource, "name"),
                "");
    }

    public boolean aboutResource() {
        return path.isEmpty();
    }

    String fullResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    /// The resource as the audit counts it.
    public String shelf() {
        var shelf = group.isEmpty() ? resource : resource + "." + group;
        return subresource.isEmpty() ? shelf : shelf + "/" + subresource;
    }

    String refused(User user, String reason) {
        var why = reason.isEmpty() ? "" : ": " + reason;
        if (!aboutResource()) {
            return "User \"%s\" cannot %s path \"%s\"%s".formatted(user.name(), verb, path, why);
        }
        var where =
                namespace.isEmpty()
                        ? "at the cluster scope"
                        : "in the namespace \"" + namespace + "\"";
        return "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
                .formatted(user.name(), verb, fullResource(), group, where, why);
    }
}
