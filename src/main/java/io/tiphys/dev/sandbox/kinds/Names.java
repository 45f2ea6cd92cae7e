package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What names, labels and annotations may look like.
final class Names {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern PATH_SEGMENT = Pattern.compile("[^/%]+");
    private static final Pattern QUALIFIED =
            Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");

    private static final Set<String> LABEL_NAMED = Set.of("namespaces");
    private static final Set<String> PATH_NAMED =
            Set.of("roles", "rolebindings", "clusterroles", "clusterrolebindings");

    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                    + " '-' or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                    + " and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                    + " '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String SERVICE_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with"
                    + " an alphabetic character, and end with an alphanumeric character (e.g."
                    + " 'my-name',  or 'abc-123', regex used for validation is"
                    + " '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static final String NAME_RULE =
            " must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                    + " an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc',"
                    + " regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_'"
                    + " or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                    + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static final Set<String> KNOWN_FINALIZERS =
            Set.of("kubernetes", "orphan", "foregroundDeletion");
    private static final int MAX_ANNOTATION_BYTES = 256 * 1024;

    private Names() {}

    static void check(ResourceType type, JsonNode metadata, List<Cause> causes) {
        checkName(type, Json.text(metadata, "name"), causes);
        for (var label : metadata.path("labels").properties()) {
            checkKey(label.getKey(), "metadata.labels", causes);
            checkLabelValue(label.getValue().asText(), "metadata.labels", causes);
        }
        int bytes = 0;
        for (var annotation : metadata.path("annotations").properties()) {
            checkKey(annotation.getKey(), "metadata.annotations", causes);
            bytes += annotation.getKey().length() + annotation.getValue().asText().length();
        }
        if (bytes > MAX_ANNOTATION_BYTES) {
            causes.add(
                    new Cause(
                            "FieldValueTooLong",
                            "Too long: may not be more than " + MAX_ANNOTATION_BYTES + " bytes",
                            "metadata.annotations"));
        }
        int i = 0;
        for (var finalizer : metadata.path("finalizers")) {
            checkFinalizer(type, finalizer.asText(), i++, causes);
        }
        checkOwners(metadata.path("ownerReferences"), causes);
    }

    /// Only Kubernetes' own kinds ask for a domain.
    private static void checkFinalizer(
            ResourceType type, String finalizer, int i, List<Cause> causes) {
        checkKey(finalizer, "metadata.finalizers", causes);
        if (!type.custom() && !finalizer.contains("/") && !KNOWN_FINALIZERS.contains(finalizer)) {
            causes.add(
                    Cause.invalid(
                            "metadata.finalizers[" + i + "]",
                            "\"" + finalizer + "\"",
                            "name is neither a standard finalizer name nor is it fully qualified"));
        }
    }

    private static void checkOwners(JsonNode owners, List<Cause> causes) {
        var place = "metadata.ownerReferences";
        var controller = "";
        for (var owner : owners) {
            for (var field : List.of("apiVersion", "kind", "name", "uid")) {
                if (Json.text(owner, field).isEmpty()) {
                    causes.add(Cause.invalid(place + "." + field, "\"\"", "must not be empty"));
                }
            }
            if (owner.path("controller").asBoolean()) {
                var name = Json.text(owner, "kind") + "/" + Json.text(owner, "name");
                if (!controller.isEmpty()) {
                    causes.add(
                            Cause.invalid(
                                    place,
                                    owners.toString(),
                                    "Only one reference can have Controller set to true. Found"
                                            + " \"true\" in references for %s and %s"
                                                    .formatted(controller, name)));
                }
                controller = name;
            }
        }
    }

    private static void checkName(ResourceType type, String name, List<Cause> causes) {
        var place = "metadata.name";
        var quoted = "\"" + name + "\"";
        if (name.isEmpty()) {
            causes.add(Cause.required(place, "name or generateName is required"));
        } else if (PATH_NAMED.contains(type.plural())) {
            if (!PATH_SEGMENT.matcher(name).matches() || name.equals(".") || name.equals("..")) {
                causes.add(Cause.invalid(place, quoted, "may not contain '/' or '%'"));
            }
        } else if (type.shelf().equals("services")) {
            checkForm(place, name, SERVICE, 63, SERVICE_RULE, causes);
        } else if (LABEL_NAMED.contains(type.plural())) {
            if (name.contains(".")) {
                causes.add(Cause.invalid(place, quoted, "must not contain dots"));
            } else {
                checkLabel(place, name, causes);
            }
        } else {
            checkForm(place, name, SUBDOMAIN, 253, SUBDOMAIN_RULE, causes);
        }
    }

    static void checkLabel(String place, String name, List<Cause> causes) {
        checkForm(place, name, LABEL, 63, LABEL_RULE, causes);
    }

    private static void checkForm(
            String place, String name, Pattern form, int longest, String rule, List<Cause> causes) {
        var quoted = "\"" + name + "\"";
        if (name.length() > longest) {
            causes.add(Cause.invalid(place, quoted, "must be no more than " + longest + " bytes"));
        } else if (!form.matcher(name).matches()) {
            causes.add(Cause.invalid(place, quoted, rule));
        }
    }

    private static void checkKey(String key, String place, List<Cause> causes) {
        var slash = key.indexOf('/');
        var prefix = slash < 0 ? "" : key.substring(0, slash);
        var name = key.substring(slash + 1);
        var good =
                QUALIFIED.matcher(name).matches()
                        && name.length() <= 63
                        && (slash < 0
                                || SUBDOMAIN.matcher(prefix.toLowerCase(Locale.ROOT)).matches());
        if (!good) {
            causes.add(
                    Cause.invalid(
                            place,
                            "\"" + key + "\"",
                            name.contains("/")
                                    ? "a qualified name"
                                            + NAME_RULE
                                            + " with an optional DNS subdomain prefix and '/' (e.g."
                                            + " 'example.com/MyName')"
                                    : "name part" + NAME_RULE));
        }
    }

    static void checkLabelValue(String value, String place, List<Cause> causes) {
        if (value.length() > 63) {
            causes.add(Cause.invalid(place, "\"" + value + "\"", "must be no more than 63 bytes"));
        } else if (!value.isEmpty() && !QUALIFIED.matcher(value).matches()) {
            causes.add(Cause.invalid(place, "\"" + value + "\"", VALUE_RULE));
        }
    }
}
