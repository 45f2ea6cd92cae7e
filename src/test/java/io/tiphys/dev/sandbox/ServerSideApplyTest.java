package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static io.tiphys.dev.sandbox.ASandbox.DEPLOYMENTS;
import static io.tiphys.dev.sandbox.ASandbox.JSON_PATCH;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest {

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.still();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static String configMap(String name, String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: %s}"
                .formatted(name, data);
    }

    private static List<String> managers(JsonNode object) {
        var managers = new ArrayList<String>();
        object.at("/metadata/managedFields")
                .forEach(
                        entry ->
                                managers.add(
                                        entry.path("operation").asText()
                                                + " "
                                                + entry.path("manager").asText()));
        return managers;
    }

    @Test
    void the_first_apply_makes_the_object_and_owns_its_fields() {
        var made = sandbox.apply(CONFIG_MAPS + "/new", "argo", configMap("new", "{a: '1'}"));
        assertThat(made.code()).isEqualTo(201);
        var entry = made.body().at("/metadata/managedFields/0");
        assertThat(entry.path("manager").asText()).isEqualTo("argo");
        assertThat(entry.path("operation").asText()).isEqualTo("Apply");
        assertThat(entry.path("fieldsV1").toString()).isEqualTo("{\"f:data\":{\"f:a\":{}}}");
    }

    @Test
    void the_same_apply_again_writes_nothing() {
        var yaml = ASandbox.deployment("still", "");
        var made = sandbox.apply(DEPLOYMENTS + "/still", "argo", yaml);
        var again = sandbox.apply(DEPLOYMENTS + "/still", "argo", yaml);
        assertThat(again.code()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(made.body());
    }

    @Test
    void what_is_no_longer_applied_goes_and_what_others_own_stays() {
        var path = CONFIG_MAPS + "/shrinks";
        sandbox.apply(path, "argo", configMap("shrinks", "{a: '1', b: '2', c: '3'}"));
        sandbox.apply(path, "other", configMap("shrinks", "{c: '3', d: '4'}"));
        var after = sandbox.apply(path, "argo", configMap("shrinks", "{a: '1'}"));
        assertThat(after.body().path("data").toString())
                .isEqualTo("{\"a\":\"1\",\"c\":\"3\",\"d\":\"4\"}");
    }

    @Test
    void who_drops_the_last_annotation_does_not_drop_the_name() {
        var path = CONFIG_MAPS + "/bare";
        var annotated = configMap("bare, annotations: {a: b}", "{a: '1'}");
        sandbox.apply(path, "argo", annotated);
        var after = sandbox.apply(path, "argo", configMap("bare", "{a: '1'}"));
        assertThat(after.code()).isEqualTo(200);
        assertThat(after.text("/metadata/name")).isEqualTo("bare");
        assertThat(after.body().at("/metadata/annotations").isMissingNode()).isTrue();
    }

    @Test
    void another_owners_value_is_a_conflict_that_names_them() {
        var path = CONFIG_MAPS + "/disputed";
        sandbox.apply(path, "argo", configMap("disputed", "{a: '1'}"));
        var refused = sandbox.apply(path, "other", configMap("disputed", "{a: '2'}"));
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("Conflict");
        assertThat(refused.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"argo\": .data.a");
        assertThat(refused.text("/details/causes/0/reason")).isEqualTo("FieldManagerConflict");
        assertThat(refused.causes()).containsExactly(".data.a");
    }

    @Test
    void force_takes_the_field_over() {
        var path = CONFIG_MAPS + "/taken";
        sandbox.apply(path, "argo", configMap("taken", "{a: '1'}"));
        var taken = sandbox.apply(path + "?force=true", "other", configMap("taken", "{a: '2'}"));
        assertThat(taken.text("/data/a")).isEqualTo("2");
        assertThat(managers(taken.body())).containsExactly("Apply other");
    }

    @Test
    void the_same_value_is_shared() {
        var path = CONFIG_MAPS + "/shared";
        sandbox.apply(path, "argo", configMap("shared", "{a: '1'}"));
        var shared = sandbox.apply(path, "other", configMap("shared", "{a: '1'}"));
        assertThat(managers(shared.body())).containsExactlyInAnyOrder("Apply argo", "Apply other");
    }

    @Test
    void an_update_takes_what_it_changes_and_apply_then_conflicts_with_it() {
        var path = CONFIG_MAPS + "/edited";
        sandbox.apply(path, "argo", configMap("edited", "{a: '1'}"));
        var edited = sandbox.patch(MERGE, path + "?fieldManager=hand", "{data: {a: '9'}}");
        assertThat(managers(edited.body())).containsExactly("Update hand");
        var refused = sandbox.apply(path, "argo", configMap("edited", "{a: '1'}"));
        assertThat(refused.message()).contains("conflict with \"hand\" using v1: .data.a");
    }

    @Test
    void list_items_are_owned_by_key() {
        var path = DEPLOYMENTS + "/keyed";
        sandbox.apply(path, "argo", ASandbox.deployment("keyed", ""));
        var sidecar =
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: keyed}
                spec:
                  template:
                    spec:
                      containers:
                      - {name: sidecar, image: "envoy:1", env: [{name: A, value: b}]}
                """;
        sandbox.apply(path, "mesh", sidecar);
        var both = sandbox.apply(path, "argo", ASandbox.deployment("keyed", ""));
        assertThat(both.body().at("/spec/template/spec/containers").findValuesAsText("name"))
                .contains("main", "sidecar");
        var gone =
                sandbox.apply(
                        path,
                        "mesh",
                        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: keyed}}");
        assertThat(gone.body().at("/spec/template/spec/containers").findValuesAsText("name"))
                .containsExactly("main");
    }

    @Test
    void defaults_belong_to_nobody_who_applies() {
        var made = sandbox.apply(DEPLOYMENTS + "/lean", "argo", ASandbox.deployment("lean", ""));
        var fields = made.body().at("/metadata/managedFields/0/fieldsV1").toString();
        assertThat(fields)
                .contains("f:image")
                .doesNotContain("f:imagePullPolicy")
                .doesNotContain("f:strategy");
    }

    @Test
    void a_created_object_belongs_to_its_creator() {
        var made = sandbox.post(CONFIG_MAPS, configMap("created", "{a: '1'}"));
        assertThat(managers(made.body())).containsExactly("Update test");
        assertThat(made.body().at("/metadata/managedFields/0/fieldsV1").toString())
                .isEqualTo("{\"f:data\":{\".\":{},\"f:a\":{}}}");
    }

    @Test
    void owners_can_be_rewritten_by_a_patch() {
        var path = CONFIG_MAPS + "/migrated";
        var made =
                sandbox.post(CONFIG_MAPS + "?fieldManager=old", configMap("migrated", "{a: '1'}"));
        var fields = made.body().at("/metadata/managedFields/0/fieldsV1");
        var patched =
                sandbox.patch(
                        JSON_PATCH,
                        path,
                        "[{op: replace, path: /metadata/managedFields, value: [{manager: argo,"
                                + " operation: Apply, apiVersion: v1, time: '2026-01-01T00:00:00Z',"
                                + " fieldsType: FieldsV1, fieldsV1: %s}]}]".formatted(fields));
        assertThat(managers(patched.body())).containsExactly("Apply argo");
        var after = sandbox.apply(path, "argo", configMap("migrated", "{b: '1'}"));
        assertThat(after.body().path("data").toString()).isEqualTo("{\"b\":\"1\"}");
    }

    @Test
    void status_is_owned_behind_its_own_door() {
        var path = DEPLOYMENTS + "/doors";
        sandbox.apply(path, "argo", ASandbox.deployment("doors", ""));
        var status =
                sandbox.patch(MERGE, path + "/status?fieldManager=ctl", "{status: {replicas: 1}}");
        var entry = status.body().at("/metadata/managedFields/1");
        assertThat(entry.path("subresource").asText()).isEqualTo("status");
        assertThat(entry.path("fieldsV1").toString())
                .isEqualTo("{\"f:status\":{\"f:replicas\":{}}}");
    }

    @Test
    void a_dry_run_apply_shows_the_result_and_keeps_nothing() {
        var path = CONFIG_MAPS + "/tried";
        sandbox.apply(path, "argo", configMap("tried", "{a: '1'}"));
        var dry = sandbox.apply(path + "?dryRun=All", "argo", configMap("tried", "{a: '2'}"));
        assertThat(dry.text("/data/a")).isEqualTo("2");
        assertThat(sandbox.get(path).text("/data/a")).isEqualTo("1");
    }

    @Test
    void apply_needs_a_manager_and_a_known_field() {
        var nobody =
                sandbox.with(
                        "PATCH", CONFIG_MAPS + "/x", ASandbox.APPLY, configMap("x", "{a: '1'}"));
        assertThat(nobody.code()).isEqualTo(422);
        var unknown =
                sandbox.apply(
                        CONFIG_MAPS + "/x",
                        "argo",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, daata: {}}");
        assertThat(unknown.code()).isEqualTo(500);
        assertThat(unknown.message()).contains(".daata: field not declared in schema");
    }
}
