package io.tiphys.dev.sandbox.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who owns which field of an object (`metadata.managedFields`), and the two ways to become an
/// owner: to apply, which asks, and to update, which takes.
public final class ManagedFields {

    /// Who writes, and through which door.
    ///
    /// @param hasStatus whether the kind keeps its status behind the status subresource
    /// @param custom whether the kind is a custom resource
    public record Writer(
            String manager,
            String apiVersion,
            String subresource,
            String now,
            boolean hasStatus,
            boolean custom) {}

    private record Owner(String manager, String operation, String apiVersion, String subresource) {}

    private record Entry(Owner owner, String time, FieldSet fields) {}

    private static final String APPLY = "Apply";
    private static final String UPDATE = "Update";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /// Fields that belong to the server and to nobody else.
    private static final FieldSet SYSTEM = new FieldSet();

    private static final FieldSet STATUS = new FieldSet();
    private static final FieldSet METADATA = new FieldSet();

    static {
        SYSTEM.insert(List.of("f:apiVersion"));
        SYSTEM.insert(List.of("f:kind"));
        for (var field :
                List.of(
                        "name",
                        "namespace",
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "selfLink",
                        "uid",
                        "generation",
                        "managedFields",
                        "resourceVersion")) {
            SYSTEM.insert(List.of("f:metadata", "f:" + field));
        }
        STATUS.insert(List.of("f:status"));
        METADATA.insert(List.of("f:metadata"));
    }

    /// Structures that a built-in object always has, so that nobody owns them as a whole.
    private static final Set<String> SKELETON =
            Set.of(
                    "metadata",
                    "spec",
                    "status",
                    "template",
                    "strategy",
                    "updateStrategy",
                    "jobTemplate",
                    "loadBalancer");

    private final List<Entry> entries = new ArrayList<>();

    private ManagedFields() {}

    private static ManagedFields of(JsonNode object) {
        var fields = new ManagedFields();
        for (var entry : Json.at(object, "metadata", "managedFields")) {
            var owner =
                    new Owner(
                            Json.text(entry, "manager"),
                            Json.text(entry, "operation"),
                            Json.text(entry, "apiVersion"),
                            Json.text(entry, "subresource"));
            fields.entries.add(
                    new Entry(
                            owner,
                            Json.text(entry, "time"),
                            FieldSet.parse(entry.path("fieldsV1"))));
        }
        return fields;
    }

    /// Lays an applied configuration over the live object.
    ///
    /// @param live null where the object is made by this
    public static ObjectNode apply(
            @Nullable ObjectNode live,
            ObjectNode applied,
            Schema schema,
            Writer writer,
            boolean force) {
        var before = withoutManagedFields(live == null ? skeleton(applied, writer) : live);
        var managed = live == null ? new ManagedFields() : of(live);
        var config = applied.deepCopy();
        if (writer.subresource().isEmpty() && writer.hasStatus()) {
            config.remove("status");
        }
        var owner = new Owner(writer.manager(), APPLY, writer.apiVersion(), writer.subresource());
        var last = managed.fieldsOf(owner);
        var named = named(config, schema);
        var own = reset(named, writer).without(SYSTEM);

        var merged = (ObjectNode) Typed.merge(before, config, schema);
        // What belongs to the server is nobody's, but what it stands in is not dropped for that.
        var kept = named;
        for (var entry : managed.entries) {
            if (!entry.owner().equals(owner)) {
                kept = kept.union(entry.fields());
            }
        }
        var dropped = last.withNamedFields(schema).difference(kept.withNamedFields(schema));
        Typed.remove(merged, dropped, schema);

        var changes = Typed.compare(before, merged, schema);
        var forced = force || managed.onlyLastApplied(before, changes, schema, owner);
        managed.settleConflicts(owner, changes, forced);
        // Who changes nothing but the owners leaves no time behind.
        managed.put(owner, own, before.equals(merged) ? managed.timeOf(owner) : writer.now());
        managed.write(merged);
        return merged;
    }

    private static FieldSet named(ObjectNode config, Schema schema) {
        try {
            return Typed.fieldsOf(config, schema);
        } catch (Refusal misfit) {
            var apiVersion = Json.text(config, "apiVersion");
            throw Refusal.failure(
                    "failed to create typed patch object (%s/%s; %s, Kind=%s): %s"
                            .formatted(
                                    Json.text(config, "metadata", "namespace"),
                                    Json.text(config, "metadata", "name"),
                                    apiVersion.contains("/") ? apiVersion : "/" + apiVersion,
                                    Json.text(config, "kind"),
                                    misfit.getMessage()));
        }
    }

    /// Gives the writer of an ordinary create, update or patch what it changed.
    ///
    /// @param live null where the object is made by this
    public static void update(
            @Nullable ObjectNode live, ObjectNode next, Schema schema, Writer writer) {
        var given = Json.at(next, "metadata", "managedFields");
        var reset = given.size() == 1 && given.get(0).isEmpty();
        var useGiven = !given.isEmpty() && writer.subresource().isEmpty();
        var managed = reset ? new ManagedFields() : of(useGiven || live == null ? next : live);
        var after = withoutManagedFields(next);
        var before = live == null ? skeleton(after, writer) : withoutManagedFields(live);
        var changes = Typed.compare(before, after, schema);
        var owner = new Owner(writer.manager(), UPDATE, writer.apiVersion(), writer.subresource());
        managed.settleConflicts(owner, changes, true);
        var mine =
                managed.fieldsOf(owner)
                        .difference(changes.removed())
                        .union(reset(changes.written(), writer).without(SYSTEM));
        managed.put(owner, mine, writer.now());
        managed.write(next);
    }

    /// Through the front door nobody owns status; through the status door nothing else.
    private static FieldSet reset(FieldSet fields, Writer writer) {
        if (!writer.hasStatus()) {
            return fields;
        }
        if (writer.subresource().equals("status")) {
            return fields.only("f:status");
        }
        return writer.subresource().isEmpty() ? fields.without(STATUS) : fields.without(METADATA);
    }

    private static ObjectNode withoutManagedFields(ObjectNode object) {
        var copy = object.deepCopy();
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return copy;
    }

    private static ObjectNode skeleton(ObjectNode object, Writer writer) {
        var skeleton = Json.object();
        for (var field : object.properties()) {
            var kept =
                    writer.custom()
                            ? "metadata".equals(field.getKey())
                            : SKELETON.contains(field.getKey());
            if (kept && field.getValue() instanceof ObjectNode value) {
                skeleton.set(field.getKey(), skeleton(value, writer));
            }
        }
        return skeleton;
    }

    private FieldSet fieldsOf(Owner owner) {
        return entries.stream()
                .filter(entry -> entry.owner().equals(owner))
                .map(Entry::fields)
                .findFirst()
                .orElseGet(FieldSet::new);
    }

    private String timeOf(Owner owner) {
        return entries.stream()
                .filter(entry -> entry.owner().equals(owner))
                .map(Entry::time)
                .findFirst()
                .orElse("");
    }

    private void put(Owner owner, FieldSet fields, String now) {
        var before = entries.stream().filter(entry -> entry.owner().equals(owner)).findFirst();
        if (before.isPresent() && before.get().fields().equals(fields)) {
            return;
        }
        entries.removeIf(entry -> entry.owner().equals(owner));
        entries.add(new Entry(owner, now, fields));
    }

    /// Takes what changed away from its other owners, or refuses where they were not asked.
    private void settleConflicts(Owner owner, Typed.Changes changes, boolean force) {
        var written = changes.written();
        var causes = new ArrayList<Cause>();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (entry.owner().equals(owner)) {
                continue;
            }
            var disputed = entry.fields().intersection(written);
            for (var path : force ? List.<String>of() : disputed.paths()) {
                causes.add(new Cause("FieldManagerConflict", conflictWith(entry), path));
            }
            var left = entry.fields().difference(disputed).difference(changes.removed());
            entries.set(i, new Entry(entry.owner(), entry.time(), left));
        }
        if (!causes.isEmpty()) {
            throw Refusal.applyConflict(causes);
        }
    }

    private static String conflictWith(Entry entry) {
        var owner = entry.owner();
        var door =
                owner.subresource().isEmpty()
                        ? ""
                        : " with subresource \"" + owner.subresource() + "\"";
        return owner.operation().equals(UPDATE)
                ? "conflict with \"%s\"%s using %s"
                        .formatted(owner.manager(), door, owner.apiVersion())
                : "conflict with \"%s\"%s".formatted(owner.manager(), door);
    }

    /// `kubectl` may take over, without force, what its own client-side apply wrote before.
    private boolean onlyLastApplied(
            ObjectNode before, Typed.Changes changes, Schema schema, Owner owner) {
        var annotation = Json.text(before, "metadata", "annotations", LAST_APPLIED);
        if (annotation.isEmpty() || !owner.manager().equals("kubectl")) {
            return false;
        }
        var last = Json.foreign(annotation.getBytes(StandardCharsets.UTF_8), false);
        var own = Typed.fieldsOf(last, schema);
        return entries.stream()
                .filter(entry -> !entry.owner().equals(owner))
                .allMatch(
                        entry ->
                                entry.fields()
                                        .intersection(changes.written())
                                        .difference(own)
                                        .isEmpty());
    }

    private void write(ObjectNode object) {
        entries.removeIf(entry -> entry.fields().isEmpty());
        var metadata = Json.child(object, "metadata");
        metadata.remove("managedFields");
        if (entries.isEmpty()) {
            return;
        }
        entries.sort(
                Comparator.comparing((Entry entry) -> entry.owner().operation())
                        .thenComparing(Entry::time)
                        .thenComparing(entry -> entry.owner().manager())
                        .thenComparing(entry -> entry.owner().apiVersion())
                        .thenComparing(entry -> entry.owner().subresource()));
        var list = metadata.putArray("managedFields");
        for (var entry : entries) {
            var node = list.addObject();
            node.put("manager", entry.owner().manager());
            node.put("operation", entry.owner().operation());
            node.put("apiVersion", entry.owner().apiVersion());
            if (!entry.time().isEmpty()) {
                node.put("time", entry.time());
            }
            node.put("fieldsType", "FieldsV1");
            node.set("fieldsV1", entry.fields().fieldsV1());
            if (!entry.owner().subresource().isEmpty()) {
                node.put("subresource", entry.owner().subresource());
            }
        }
    }
}
