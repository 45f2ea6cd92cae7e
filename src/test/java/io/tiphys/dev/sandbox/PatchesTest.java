package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static io.tiphys.dev.sandbox.ASandbox.DEPLOYMENTS;
import static io.tiphys.dev.sandbox.ASandbox.JSON_PATCH;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static io.tiphys.dev.sandbox.ASandbox.STRATEGIC;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PatchesTest {

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.still();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void a_merge_patch_sets_and_removes() {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: m}, data: {a: '1', b: '2'}}");
        var patched = sandbox.patch(MERGE, CONFIG_MAPS + "/m", "{data: {a: null, c: '3'}}");
        assertThat(patched.body().path("data").toString()).isEqualTo("{\"b\":\"2\",\"c\":\"3\"}");
    }

    @Test
    void a_json_patch_is_all_or_nothing() {
        var path = CONFIG_MAPS + "/j";
        sandbox.post(CONFIG_MAPS, "{metadata: {name: j}, data: {a: '1'}}");
        var refused =
                sandbox.patch(
                        JSON_PATCH,
                        path,
                        "[{op: add, path: /data/b, value: '2'}, {op: test, path: /data/a, value:"
                                + " x}]");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(sandbox.get(path).body().at("/data/b").isMissingNode()).isTrue();
        var done =
                sandbox.patch(
                        JSON_PATCH,
                        path,
                        "[{op: test, path: /data/a, value: '1'}, {op: move, from: /data/a, path:"
                                + " /data/c}, {op: copy, from: /data/c, path: /data/d}, {op:"
                                + " replace, path: /data/d, value: '9'}]");
        assertThat(done.body().path("data").toString()).isEqualTo("{\"c\":\"1\",\"d\":\"9\"}");
    }

    @Test
    void a_strategic_patch_merges_lists_by_key() {
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("s", ""));
        var patched =
                sandbox.patch(
                        STRATEGIC,
                        DEPLOYMENTS + "/s",
                        "{spec: {template: {spec: {containers: [{name: main, env: [{name: A, value:"
                                + " b}]}, {name: extra, image: e}]}}}}");
        var containers = patched.body().at("/spec/template/spec/containers");
        assertThat(containers.findValuesAsText("image")).containsExactly("nginx:1", "e");
        assertThat(containers.at("/0/env/0/value").asText()).isEqualTo("b");
        var removed =
                sandbox.patch(
                        STRATEGIC,
                        DEPLOYMENTS + "/s",
                        "{spec: {template: {spec: {$setElementOrder/containers: [{name: main}],"
                                + " containers: [{name: extra, $patch: delete}]}}}}");
        assertThat(removed.body().at("/spec/template/spec/containers")).hasSize(1);
    }

    @Test
    void a_strategic_patch_to_another_strategy_retains_only_its_keys() {
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("r", ""));
        var patched =
                sandbox.patch(
                        STRATEGIC,
                        DEPLOYMENTS + "/r",
                        "{spec: {strategy: {$retainKeys: [type], type: Recreate}}}");
        assertThat(patched.body().at("/spec/strategy").toString())
                .isEqualTo("{\"type\":\"Recreate\"}");
    }

    @Test
    void a_patch_may_name_the_revision_it_was_made_for() {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: v}}");
        var refused =
                sandbox.patch(MERGE, CONFIG_MAPS + "/v", "{metadata: {resourceVersion: '1'}}");
        assertThat(refused.code()).isEqualTo(409);
    }
}
