package io.tiphys.dev.sandbox.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes objects as a `meta.k8s.io/v1` Table, with the columns of their kind.
public final class Tables {

    private static final String CRDS = "customresourcedefinitions.apiextensions.k8s.io";

    private final Store store;
    private final InstantSource clock;

    public Tables(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /// @param columns whether to tell them; of a watch's events only the first does
    /// @param shown what of each object goes with its row
    public ObjectNode table(
            ResourceType type,
            List<Stored> objects,
            ObjectNode metadata,
            boolean columns,
            Function<Stored, @Nullable JsonNode> shown) {
        var all = type.custom() ? declared(type) : Columns.on(type.shelf());
        var table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        if (columns) {
            var definitions = table.putArray("columnDefinitions");
            all.forEach(column -> definitions.add(column.definition()));
        } else {
            table.putNull("columnDefinitions");
        }
        var rows = table.putArray("rows");
        var now = clock.instant();
        for (var object : objects) {
            var tree = object.tree();
            var row = rows.addObject();
            var cells = row.putArray("cells");
            all.forEach(column -> cells.add(column.cell().of(tree, now)));
            row.set("object", shown.apply(object));
        }
        return table;
    }

    private List<Column> declared(ResourceType type) {
        var columns = new ArrayList<Column>();
        columns.add(Column.NAME);
        var crd = store.get(new Key(CRDS, "", type.shelf()));
        if (crd != null) {
            for (var version : crd.tree().path("spec").path("versions")) {
                if (Json.text(version, "name").equals(type.version())) {
                    version.path("additionalPrinterColumns")
                            .forEach(column -> columns.add(Column.declared(column)));
                }
            }
        }
        if (columns.size() == 1) {
            columns.add(Column.AGE.typed("date"));
        }
        return columns;
    }
}
