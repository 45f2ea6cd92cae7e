package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeletionsTest {

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.withLife();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static String ownerAndChild(String name, String block) {
        var owner = sandbox.post(CONFIG_MAPS, "{metadata: {name: %s}}".formatted(name));
        sandbox.post(
                CONFIG_MAPS,
                """
                metadata:
                  name: %s-child
                  finalizers: [%s]
                  ownerReferences:
                  - {apiVersion: v1, kind: ConfigMap, name: %s, uid: %s, blockOwnerDeletion: true}
                """
                        .formatted(name, block, name, owner.text("/metadata/uid")));
        return CONFIG_MAPS + "/" + name;
    }

    private static boolean gone(String path) {
        return sandbox.get(path).code() == 404;
    }

    @Test
    void a_deletion_answers_success_and_then_nothing_is_there() {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: plain}}");
        var deleted = sandbox.delete(CONFIG_MAPS + "/plain");
        assertThat(deleted.text("/status")).isEqualTo("Success");
        assertThat(sandbox.delete(CONFIG_MAPS + "/plain").code()).isEqualTo(404);
    }

    @Test
    void a_finalizer_holds_the_object_until_it_is_taken_off() {
        var path = CONFIG_MAPS + "/held";
        sandbox.post(CONFIG_MAPS, "{metadata: {name: held, finalizers: [example.com/hold]}}");
        assertThat(sandbox.delete(path).body().at("/metadata/deletionTimestamp").isTextual())
                .isTrue();
        assertThat(gone(path)).isFalse();
        var more = "{metadata: {finalizers: [example.com/hold, example.com/more]}}";
        assertThat(sandbox.patch(MERGE, path, more).causes())
                .containsExactly("metadata.finalizers");
        sandbox.patch(MERGE, path, "{metadata: {finalizers: null}}");
        assertThat(gone(path)).isTrue();
    }

    @Test
    void a_precondition_protects_a_successor() {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: precious}}");
        var options = "{\"preconditions\": {\"uid\": \"another\"}}";
        var path = CONFIG_MAPS + "/precious";
        assertThat(sandbox.with("DELETE", path, "application/json", options).code()).isEqualTo(409);
    }

    @Test
    void dependents_follow_in_the_background() {
        var path = ownerAndChild("background", "");
        sandbox.delete(path + "?propagationPolicy=Background");
        assertThat(gone(path)).isTrue();
        await().until(() -> gone(path + "-child"));
    }

    @Test
    void in_the_foreground_the_owner_waits_for_its_dependents() {
        var path = ownerAndChild("foreground", "example.com/hold");
        sandbox.delete(path + "?propagationPolicy=Foreground");
        await().until(
                        () ->
                                sandbox.get(path + "-child")
                                        .body()
                                        .at("/metadata/deletionTimestamp")
                                        .isTextual());
        assertThat(sandbox.get(path).body().at("/metadata/finalizers/0").asText())
                .isEqualTo("foregroundDeletion");
        sandbox.patch(MERGE, path + "-child", "{metadata: {finalizers: null}}");
        await().until(() -> gone(path));
    }

    @Test
    void orphans_stay_and_forget_their_owner() {
        var path = ownerAndChild("orphaned", "");
        sandbox.delete(path + "?propagationPolicy=Orphan");
        await().until(() -> gone(path));
        var child = sandbox.get(path + "-child").body();
        assertThat(child.at("/metadata/ownerReferences").isMissingNode()).isTrue();
        assertThat(child.at("/metadata/deletionTimestamp").isMissingNode()).isTrue();
    }

    @Test
    void an_object_whose_owner_never_was_is_collected() {
        sandbox.post(
                CONFIG_MAPS,
                "{metadata: {name: lost, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name:"
                        + " nobody, uid: none}]}}");
        await().until(() -> gone(CONFIG_MAPS + "/lost"));
    }

    @Test
    void a_namespace_takes_along_what_is_in_it() {
        sandbox.post("/api/v1/namespaces", "{metadata: {name: doomed}}");
        var inside = "/api/v1/namespaces/doomed/configmaps";
        sandbox.post(inside, "{metadata: {name: a, finalizers: [example.com/hold]}}");
        sandbox.delete("/api/v1/namespaces/doomed");
        assertThat(sandbox.get("/api/v1/namespaces/doomed").text("/status/phase"))
                .isEqualTo("Terminating");
        var late = sandbox.post(inside, "{metadata: {name: b}}");
        assertThat(late.code()).isEqualTo(403);
        assertThat(late.message()).contains("because it is being terminated");
        sandbox.patch(MERGE, inside + "/a", "{metadata: {finalizers: null}}");
        await().until(() -> gone("/api/v1/namespaces/doomed"));
    }

    @Test
    void a_collection_is_deleted_by_selector() {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: many-1, labels: {of: many}}}");
        sandbox.post(CONFIG_MAPS, "{metadata: {name: many-2, labels: {of: many}}}");
        sandbox.post(CONFIG_MAPS, "{metadata: {name: other}}");
        sandbox.delete(CONFIG_MAPS + "?labelSelector=of%3Dmany");
        assertThat(gone(CONFIG_MAPS + "/many-1")).isTrue();
        assertThat(gone(CONFIG_MAPS + "/other")).isFalse();
    }
}
