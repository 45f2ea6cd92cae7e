package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiphys.dev.sandbox.schema.Schema;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes what somebody sent as a server does that has read it into its own types: amounts in their
/// one form, and nothing that means no more than its absence.
final class Canonical {

    /// Other texts, lists and maps that are empty are as good as absent.
    private static final Set<String> TOLD_EMPTY =
            fields(
                    """
                    PodSpec containers
                    PersistentVolumeClaimSpec storageClassName
                    StatefulSetSpec serviceName
                    GRPCAction service
                    HostPathVolumeSource type
                    HTTPHeader value
                    HTTPIngressRuleValue paths
                    IngressSpec ingressClassName
                    LimitRangeSpec limits
                    NodeSelector nodeSelectorTerms
                    PolicyRule verbs
                    ProjectedVolumeSource sources
                    Subject kind name
                    RoleRef kind name
                    EndpointSlice endpoints ports
                    Endpoint addresses
                    CustomResourceDefinitionSpec versions
                    """);

    /// Other numbers and truths are told also where they are 0 and false.
    private static final Set<String> UNTOLD_ZERO =
            fields(
                    """
                    DeploymentSpec minReadySeconds paused
                    ReplicaSetSpec minReadySeconds
                    StatefulSetSpec minReadySeconds
                    DaemonSetSpec minReadySeconds
                    PodSpec hostNetwork hostPID hostIPC
                    Container stdin stdinOnce tty
                    ContainerPort hostPort
                    Probe initialDelaySeconds timeoutSeconds periodSeconds
                    Probe successThreshold failureThreshold
                    VolumeMount readOnly
                    PersistentVolumeClaimVolumeSource readOnly
                    NFSVolumeSource readOnly
                    ServiceSpec publishNotReadyAddresses healthCheckNodePort
                    ServicePort nodePort
                    ServiceBackendPort number
                    PriorityClass globalDefault
                    APIServiceSpec insecureSkipTLSVerify
                    CustomResourceDefinitionSpec preserveUnknownFields
                    CustomResourceDefinitionVersion deprecated
                    CustomResourceColumnDefinition priority
                    JSONSchemaProps nullable exclusiveMinimum exclusiveMaximum uniqueItems
                    """);

    private Canonical() {}

    private static Set<String> fields(String byType) {
        return byType.lines()
                .map(line -> line.split(" ", -1))
                .flatMap(words -> Stream.of(words).skip(1).map(field -> words[0] + "." + field))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// All but the metadata and the status, which the server and its controllers write.
    static void write(ObjectNode object, Schema schema) {
        for (var name : List.copyOf(object.properties())) {
            if (!name.getKey().equals("metadata") && !name.getKey().equals("status")) {
                write(object, name.getKey(), schema);
            }
        }
    }

    private static void write(ObjectNode object, String field, Schema schema) {
        var value = object.path(field);
        var type = schema.child(field);
        if (type == null) {
            return;
        }
        if (schema.type() == Schema.Type.OBJECT && saysNothing(value, type, place(schema, field))) {
            object.remove(field);
        } else {
            object.set(field, written(value, type));
        }
    }

    private static JsonNode written(JsonNode value, Schema schema) {
        if (schema.type() == Schema.Type.QUANTITY) {
            return TextNode.valueOf(Quantities.canonical(value.asText()));
        }
        if (value instanceof ObjectNode object && schema.isMapping()) {
            for (var field : List.copyOf(object.properties())) {
                write(object, field.getKey(), schema);
            }
        } else if (value instanceof ArrayNode list && schema.type() == Schema.Type.LIST) {
            for (int i = 0; i < list.size(); i++) {
                list.set(i, written(list.get(i), schema.item()));
            }
        }
        return value;
    }

    private static boolean saysNothing(JsonNode value, Schema type, String place) {
        return switch (type.type()) {
            case STRING -> value.asText().isEmpty() && !TOLD_EMPTY.contains(place);
            case LIST, MAP -> value.isEmpty() && !TOLD_EMPTY.contains(place);
            case INTEGER, BOOLEAN -> !value.asBoolean() && UNTOLD_ZERO.contains(place);
            case OBJECT, NUMBER, INT_OR_STRING, QUANTITY, MICRO_TIME, ANY -> false;
        };
    }

    private static String place(Schema schema, String field) {
        return schema.name().substring(schema.name().lastIndexOf('.') + 1) + "." + field;
    }
}
