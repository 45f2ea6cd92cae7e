package io.tiphys.channel;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.core.event.ApplicationCommand;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.event.DeliveryEvent;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;

/// The CloudEvents `type` of each record class, and its JSON.
final class RecordTypes {

    static final Map<String, Class<?>> CLASSES =
            Map.ofEntries(
                    entry("io.tiphys.git.pushed", GitEvent.Pushed.class),
                    entry("io.tiphys.git.pull-request-changed", GitEvent.PullRequestChanged.class),
                    entry("io.tiphys.image.pushed", ImageEvent.Pushed.class),
                    entry("io.tiphys.image.artifact-pushed", ImageEvent.ArtifactPushed.class),
                    entry("io.tiphys.delivery.without-effect", DeliveryEvent.WithoutEffect.class),
                    entry("io.tiphys.application.refresh", ApplicationCommand.Refresh.class),
                    entry("io.tiphys.write-back.requested", WriteBack.class),
                    entry("io.tiphys.application.refreshed", ApplicationEvent.Refreshed.class),
                    entry(
                            "io.tiphys.application.operation-finished",
                            ApplicationEvent.OperationFinished.class),
                    entry(
                            "io.tiphys.application.image-written-back",
                            ApplicationEvent.ImageWrittenBack.class),
                    entry(
                            "io.tiphys.application.image-refused",
                            ApplicationEvent.ImageRefused.class),
                    entry("dev.cdevents.change.created.0.4.0", ChangeEvent.Created.class),
                    entry("dev.cdevents.change.updated.0.3.0", ChangeEvent.Updated.class),
                    entry("dev.cdevents.change.abandoned.0.3.0", ChangeEvent.Abandoned.class),
                    entry("dev.cdevents.change.merged.0.3.0", ChangeEvent.Merged.class));

    private static final Map<Class<?>, String> TYPES =
            CLASSES.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    /// Unknown fields pass, so that an older replica reads what a newer one writes; absent ones do
    /// not, so that nothing half-filled goes on, but for those that records have got since.
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    /// Fields that records have got since they were first written, with what older ones mean.
    private static final Map<Class<?>, Map<String, Integer>> SINCE =
            Map.of(WriteBack.class, Map.of("together", 0));

    private RecordTypes() {}

    static String typeOf(Object event) {
        var type = TYPES.get(event.getClass());
        if (type == null) {
            throw new IllegalStateException("No record type for " + event.getClass());
        }
        return type;
    }

    static byte[] write(Object event) {
        try {
            return JSON.writeValueAsBytes(event);
        } catch (IOException impossible) {
            throw new IllegalStateException("A record must have a JSON form", impossible);
        }
    }

    /// @throws UnreadableRecordException if the type is unknown or the JSON does not fit it
    static Object read(String type, byte[] json) {
        var recordClass = CLASSES.get(type);
        if (recordClass == null) {
            throw new UnreadableRecordException(
                    type.isEmpty()
                            ? "The record has no ce_type header"
                            : "The record type '" + type + "' is not known");
        }
        try {
            return SINCE.containsKey(recordClass)
                    ? JSON.treeToValue(withSince(recordClass, JSON.readTree(json)), recordClass)
                    : JSON.readValue(json, recordClass);
        } catch (IOException malformed) {
            throw new UnreadableRecordException(
                    "The record is no " + type + ": " + firstLine(malformed));
        }
    }

    private static JsonNode withSince(Class<?> recordClass, JsonNode tree) {
        if (tree instanceof ObjectNode record) {
            SINCE.getOrDefault(recordClass, Map.of())
                    .forEach((field, meant) -> record.putIfAbsent(field, IntNode.valueOf(meant)));
        }
        return tree;
    }

    private static String firstLine(IOException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("malformed");
    }
}
