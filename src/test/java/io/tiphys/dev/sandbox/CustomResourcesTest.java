package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static io.tiphys.dev.sandbox.ASandbox.STRATEGIC;
import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CustomResourcesTest {

    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String BOATS = "/apis/sea.example/v1/namespaces/default/boats";
    private static final String BOAT = "{apiVersion: sea.example/v1, kind: Boat, metadata: ";
    private static final String CRD =
            """
            metadata: {name: %1$s.sea.example}
            spec:
              group: sea.example
              scope: Namespaced
              names: {plural: %1$s, kind: %2$s}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: %3$s
                schema:
                  openAPIV3Schema:
                    type: object
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        required: [length]
                        properties:
                          length: {type: integer, minimum: 1}
                          kind: {type: string, enum: [sail, motor], default: sail}
                          port: {x-kubernetes-int-or-string: true}
                          cargo: {type: object, x-kubernetes-preserve-unknown-fields: true}
                          crew:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items:
                              type: object
                              required: [name]
                              properties: {name: {type: string}, rank: {type: string}}
                      status:
                        type: object
                        properties: {afloat: {type: boolean}}
            """;

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.withLife();
        sandbox.post(CRDS, CRD.formatted("boats", "Boat", "{status: {}}"));
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void a_definition_is_established_and_served_at_once() {
        var made = sandbox.post(CRDS, CRD.formatted("rafts", "Raft", "{}"));
        assertThat(made.code()).isEqualTo(201);
        assertThat(made.body().at("/status/conditions").findValuesAsText("type"))
                .contains("Established");
        assertThat(sandbox.get("/apis/sea.example/v1").body().findValuesAsText("name"))
                .contains("rafts", "boats/status")
                .doesNotContain("rafts/status");
        assertThat(sandbox.get("/apis/sea.example/v1/rafts").text("/kind")).isEqualTo("RaftList");
    }

    @Test
    void what_the_schema_does_not_know_is_pruned_and_defaults_are_filled() {
        var made =
                sandbox.post(
                        BOATS,
                        "{apiVersion: sea.example/v1, kind: Boat, metadata: {name: a}, spec:"
                                + " {length: 5, oars: 2, port: http, cargo: {any: {thing: [1]}}},"
                                + " status: {afloat: true}}");
        assertThat(made.code()).isEqualTo(201);
        assertThat(made.body().path("spec").toString())
                .isEqualTo(
                        "{\"length\":5,\"port\":\"http\",\"cargo\":{\"any\":{\"thing\":[1]}},"
                                + "\"kind\":\"sail\"}");
        assertThat(made.body().has("status")).isFalse();
    }

    @Test
    void what_breaks_the_schema_is_invalid_with_every_cause() {
        var refused = sandbox.post(BOATS, BOAT + "{name: b}, spec: {length: 0, kind: submarine}}");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.causes()).containsExactlyInAnyOrder("spec.length", "spec.kind");
        assertThat(sandbox.post(BOATS, BOAT + "{name: b}, spec: {}}").causes())
                .containsExactly("spec.length");
        assertThat(sandbox.post(BOATS, BOAT + "{name: b}, spec: {length: long}}").message())
                .contains("must be of type integer");
        assertThat(sandbox.post(BOATS, BOAT + "{name: b}}").causes()).containsExactly("spec");
    }

    @Test
    void status_has_its_own_door_only_where_it_is_declared() {
        sandbox.post(CRDS, CRD.formatted("canoes", "Canoe", "{}"));
        var canoes = "/apis/sea.example/v1/namespaces/default/canoes";
        var made =
                sandbox.post(
                        canoes,
                        "{apiVersion: sea.example/v1, kind: Canoe, metadata: {name: c}, spec:"
                                + " {length: 4}, status: {afloat: true}}");
        assertThat(made.body().at("/status/afloat").asBoolean()).isTrue();
        assertThat(sandbox.patch(MERGE, canoes + "/c/status", "{}").code()).isEqualTo(404);

        sandbox.post(BOATS, BOAT + "{name: c}, spec: {length: 4}}");
        var status = sandbox.patch(MERGE, BOATS + "/c/status", "{status: {afloat: true}}");
        assertThat(status.body().at("/status/afloat").asBoolean()).isTrue();
        assertThat(status.body().at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void lists_with_keys_merge_in_apply_and_strategic_patches_are_refused() {
        var head = "{apiVersion: sea.example/v1, kind: Boat, metadata: {name: d}, spec: ";
        sandbox.apply(BOATS + "/d", "one", head + "{length: 3, crew: [{name: ann}]}}");
        var both = sandbox.apply(BOATS + "/d", "two", head + "{length: 3, crew: [{name: bob}]}}");
        assertThat(both.body().at("/spec/crew").findValuesAsText("name"))
                .containsExactly("ann", "bob");
        assertThat(sandbox.patch(STRATEGIC, BOATS + "/d", "{}").code()).isEqualTo(415);
    }

    @Test
    void a_deleted_definition_takes_its_objects_along() {
        var made = sandbox.post(CRDS, CRD.formatted("ferries", "Ferry", "{}"));
        assertThat(made.code()).isEqualTo(201);
        var path = "/apis/sea.example/v1/namespaces/default/ferries";
        var ferry =
                "{apiVersion: sea.example/v1, kind: Ferry, metadata: {name: f}, spec: {length: 4}}";
        assertThat(sandbox.post(path, ferry).code()).isEqualTo(201);
        sandbox.delete(CRDS + "/ferries.sea.example");
        Awaitility.await().until(() -> sandbox.get(path).code() == 404);
        sandbox.post(CRDS, CRD.formatted("ferries", "Ferry", "{}"));
        assertThat(sandbox.get(path).body().path("items")).isEmpty();
    }
}
