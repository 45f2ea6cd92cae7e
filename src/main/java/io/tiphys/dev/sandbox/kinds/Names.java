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
                    + " '-' or '.', and must start and end with an alphanumeric character";
    private static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                    + " '-', and must start and end with an alphanumeric character";
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
        for (var finalizer : metadata.path("finalizers")) {
            checkKey(finalizer.asText(), "metadata.finalizers", causes);
        }
        int i = 0;
        for (var owner : metadata.path("ownerReferences")) {
            for (var field : List.of("apiVersion", "kind", "name", "uid")) {
                if (Json.text(owner, field).isEmpty()) {
                    var place = "metadata.ownerReferences[" + i + "]." + field;
                    causes.add(Cause.invalid(place, "\"\"", field + " must not be empty"));
                }
            }
            i++;
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
            if (!SERVICE.matcher(name).matches() || name.length() > 63) {
                causes.add(
                        Cause.invalid(
                                place,
                                quoted,
                                "a DNS-1035 label must consist of lower case alphanumeric"
                                        + " characters or '-', start with an alphabetic character,"
                                        + " and end with an alphanumeric character"));
            }
        } else if (LABEL_NAMED.contains(type.plural())) {
            if (!LABEL.matcher(name).matches() || name.length() > 63) {
                causes.add(Cause.invalid(place, quoted, LABEL_RULE));
            }
        } else if (!SUBDOMAIN.matcher(name).matches() || name.length() > 253) {
            causes.add(Cause.invalid(place, quoted, SUBDOMAIN_RULE));
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
                            "name part must consist of alphanumeric characters, '-', '_' or '.',"
                                    + " and must start and end with an alphanumeric character"));
        }
    }

    static void checkLabelValue(String value, String place, List<Cause> causes) {
        if (value.length() > 63) {
            causes.add(
                    Cause.invalid(
                            place, "\"" + value + "\"", "must be no more than 63 characters"));
        } else if (!value.isEmpty() && !QUALIFIED.matcher(value).matches()) {
            causes.add(
                    Cause.invalid(
                            place,
                            "\"" + value + "\"",
                            "a valid label must be an empty string or consist of alphanumeric"
                                    + " characters, '-', '_' or '.', and must start and end with"
                                    + " an alphanumeric character"));
        }
    }
}
