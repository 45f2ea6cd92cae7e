package io.tiphys.core.sync;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.Map;

/// What definitions of custom resources say of the kinds that they bring.
final class Definitions {

    static final String KIND = "CustomResourceDefinition";

    private Definitions() {}

    static boolean isOne(GroupVersionKind type) {
        return type.kind().equals(KIND) && type.group().equals("apiextensions.k8s.io");
    }

    /// The kind that an object defines, as [#kind] spells it; empty text if it is no definition.
    static String defined(GroupVersionKind type, Map<String, Object> object) {
        return isOne(type) ? Json.string(object, "spec", "group") + "/" + definedName(object) : "";
    }

    static String definedName(Map<String, Object> object) {
        return Json.string(object, "spec", "names", "kind");
    }

    static String kind(GroupVersionKind type) {
        return type.group() + "/" + type.kind();
    }

    /// Whether what it defines can be made. One whose names are taken never will be: making what it
    /// defines says so.
    static boolean isEstablished(LiveResource definition) {
        return Json.array(definition.object(), "status", "conditions").stream()
                .anyMatch(
                        it ->
                                says(it, "Established", "True")
                                        || says(it, "NamesAccepted", "False"));
    }

    private static boolean says(Object condition, String type, String status) {
        return Json.string(condition, "type").equals(type)
                && Json.string(condition, "status").equals(status);
    }
}
