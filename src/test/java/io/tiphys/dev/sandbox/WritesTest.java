package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static io.tiphys.dev.sandbox.ASandbox.DEPLOYMENTS;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WritesTest {

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
    void a_created_object_gets_its_identity_and_can_be_read() {
        var made = sandbox.post(CONFIG_MAPS, "{metadata: {name: one}, data: {a: b}}");
        assertThat(made.code()).isEqualTo(201);
        assertThat(made.text("/kind")).isEqualTo("ConfigMap");
        assertThat(made.text("/metadata/uid")).hasSize(36);
        assertThat(made.text("/metadata/namespace")).isEqualTo("default");
        assertThat(made.body().at("/metadata/generation").isMissingNode()).isTrue();
        assertThat(sandbox.get(CONFIG_MAPS + "/one").body()).isEqualTo(made.body());
    }

    @Test
    void a_second_object_of_that_name_is_refused() {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: twice}}");
        var again = sandbox.post(CONFIG_MAPS, "{metadata: {name: twice}}");
        assertThat(again.code()).isEqualTo(409);
        assertThat(again.reason()).isEqualTo("AlreadyExists");
        assertThat(again.message()).isEqualTo("configmaps \"twice\" already exists");
    }

    @Test
    void a_generated_name_starts_as_asked() {
        var made = sandbox.post(CONFIG_MAPS, "{metadata: {generateName: some-}}");
        assertThat(made.text("/metadata/name")).matches("some-[a-z0-9]{5}");
    }

    @Test
    void a_missing_object_a_missing_namespace_and_a_missing_kind_are_not_found() {
        assertThat(sandbox.get(CONFIG_MAPS + "/nobody").message())
                .isEqualTo("configmaps \"nobody\" not found");
        var nowhere =
                sandbox.post("/api/v1/namespaces/nowhere/configmaps", "{metadata: {name: a}}");
        assertThat(nowhere.code()).isEqualTo(404);
        assertThat(nowhere.message()).isEqualTo("namespaces \"nowhere\" not found");
        assertThat(sandbox.get("/api/v1/namespaces/default/gadgets").code()).isEqualTo(404);
    }

    @Test
    void an_update_from_an_old_revision_conflicts() {
        var made = sandbox.post(CONFIG_MAPS, "{metadata: {name: raced}}").body();
        sandbox.patch(MERGE, CONFIG_MAPS + "/raced", "{data: {first: won}}");
        var late = sandbox.put(CONFIG_MAPS + "/raced", made);
        assertThat(late.code()).isEqualTo(409);
        assertThat(late.reason()).isEqualTo("Conflict");
        assertThat(late.message()).contains("the object has been modified");
    }

    @Test
    void an_update_that_changes_nothing_writes_nothing() {
        var made = sandbox.post(CONFIG_MAPS, "{metadata: {name: same}, data: {a: b}}").body();
        assertThat(sandbox.put(CONFIG_MAPS + "/same", made).body()).isEqualTo(made);
    }

    @Test
    void a_dry_run_answers_and_keeps_nothing() {
        var dry = sandbox.post(CONFIG_MAPS + "?dryRun=All", "{metadata: {name: dry}}");
        assertThat(dry.code()).isEqualTo(201);
        assertThat(sandbox.get(CONFIG_MAPS + "/dry").code()).isEqualTo(404);
        sandbox.post(CONFIG_MAPS, "{metadata: {name: kept}}");
        assertThat(sandbox.delete(CONFIG_MAPS + "/kept?dryRun=All").code()).isEqualTo(200);
        assertThat(sandbox.get(CONFIG_MAPS + "/kept").code()).isEqualTo(200);
    }

    @Test
    void bad_names_and_labels_are_invalid_with_their_fields() {
        var refused =
                sandbox.post(CONFIG_MAPS, "{metadata: {name: Not_Good, labels: {a: '-bad-'}}}");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(refused.causes()).containsExactly("metadata.name", "metadata.labels");
    }

    @Test
    void an_unknown_field_is_dropped_with_a_warning_or_refused_if_strict() {
        var loose = sandbox.post(CONFIG_MAPS, "{metadata: {name: loose}, daata: {a: b}}");
        assertThat(loose.body().has("daata")).isFalse();
        var strict =
                sandbox.post(
                        CONFIG_MAPS + "?fieldValidation=Strict",
                        "{metadata: {name: strict}, daata: {a: b}}");
        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.message()).contains("unknown field \"daata\"");
    }

    @Test
    void a_wrong_type_is_a_bad_request() {
        var refused =
                sandbox.post(
                        DEPLOYMENTS,
                        ASandbox.deployment("typed", "").replace("replicas: 2", "replicas: two"));
        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused.message()).contains("cannot be handled as a Deployment");
    }

    @Test
    void malformed_bodies_and_wrong_content_types_are_refused_by_name() {
        var malformed = sandbox.with("POST", CONFIG_MAPS, "application/json", "{");
        assertThat(malformed.code()).isEqualTo(400);
        assertThat(malformed.reason()).isEqualTo("BadRequest");
        var protobuf =
                sandbox.with("POST", CONFIG_MAPS, "application/vnd.kubernetes.protobuf", "k8s");
        assertThat(protobuf.code()).isEqualTo(415);
        var huge = "{\"data\": \"" + "x".repeat(3 * 1024 * 1024) + "\"}";
        assertThat(sandbox.with("POST", CONFIG_MAPS, "application/json", huge).code())
                .isEqualTo(413);
    }

    @Test
    void what_is_not_offered_says_so() {
        sandbox.post(
                ASandbox.PODS, "{metadata: {name: p}, spec: {containers: [{name: a, image: b}]}}");
        var refused = sandbox.get(ASandbox.PODS + "/p/exec");
        assertThat(refused.code()).isEqualTo(501);
        assertThat(refused.message()).contains("pods/exec");
    }

    @Test
    void a_deployment_gets_the_defaults_of_a_real_server() {
        var made = sandbox.post(DEPLOYMENTS, ASandbox.deployment("defaulted", "")).body();
        assertThat(made.at("/spec/strategy/rollingUpdate/maxSurge").asText()).isEqualTo("25%");
        assertThat(made.at("/spec/progressDeadlineSeconds").asInt()).isEqualTo(600);
        var pod = made.at("/spec/template/spec");
        assertThat(pod.at("/dnsPolicy").asText()).isEqualTo("ClusterFirst");
        assertThat(pod.at("/securityContext").isObject()).isTrue();
        assertThat(pod.at("/containers/0/imagePullPolicy").asText()).isEqualTo("IfNotPresent");
        assertThat(made.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void quantities_are_answered_in_their_short_form() {
        var limits = "{name: main, image: n, resources: {limits: {cpu: 1500m, memory: 2048Mi}}}";
        var yaml =
                ASandbox.deployment("sized", "")
                        .replace(
                                "{name: main, image: \"nginx:1\"}",
                                limits.replace("1500m", "2000m"));
        var made = sandbox.post(DEPLOYMENTS, yaml).body();
        var resources = made.at("/spec/template/spec/containers/0/resources");
        assertThat(resources.at("/limits/cpu").asText()).isEqualTo("2");
        assertThat(resources.at("/limits/memory").asText()).isEqualTo("2Gi");
        assertThat(resources.has("requests")).isFalse();
    }

    @Test
    void a_secret_keeps_plain_text_as_data() {
        var made =
                sandbox.post(
                        "/api/v1/namespaces/default/secrets",
                        "{metadata: {name: s}, stringData: {user: me}}");
        assertThat(made.text("/data/user")).isEqualTo("bWU=");
        assertThat(made.text("/type")).isEqualTo("Opaque");
        assertThat(made.body().has("stringData")).isFalse();
    }

    @Test
    void a_service_keeps_its_address() {
        var services = "/api/v1/namespaces/default/services";
        var made = sandbox.post(services, "{metadata: {name: web}, spec: {ports: [{port: 80}]}}");
        assertThat(made.text("/spec/clusterIP")).startsWith("10.96.");
        assertThat(made.text("/spec/ports/0/targetPort")).isEqualTo("80");
        var moved = sandbox.patch(MERGE, services + "/web", "{spec: {clusterIP: 10.0.0.9}}");
        assertThat(moved.code()).isEqualTo(422);
        assertThat(moved.causes()).containsExactly("spec.clusterIPs[0]");
    }

    @Test
    void the_selector_of_a_deployment_and_the_template_of_a_job_are_immutable() {
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("fixed", ""));
        var change =
                "{spec: {selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app:"
                        + " x}}}}}";
        var refused = sandbox.patch(MERGE, DEPLOYMENTS + "/fixed", change);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.causes()).containsExactly("spec.selector");

        var jobs = "/apis/batch/v1/namespaces/default/jobs";
        sandbox.post(
                jobs,
                "{metadata: {name: j}, spec: {template: {spec: {restartPolicy: Never, containers:"
                        + " [{name: a, image: b}]}}}}");
        var job =
                sandbox.patch(
                        MERGE, jobs + "/j", "{spec: {template: {spec: {hostNetwork: true}}}}");
        assertThat(job.code()).isEqualTo(422);
        assertThat(job.causes()).containsExactly("spec.template");
    }

    @Test
    void generation_counts_what_is_asked_and_not_what_is_observed() {
        var path = DEPLOYMENTS + "/counted";
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("counted", ""));
        sandbox.patch(MERGE, path, "{metadata: {labels: {a: b}}}");
        sandbox.patch(MERGE, path + "/status", "{status: {replicas: 2}, spec: {replicas: 9}}");
        var seen = sandbox.get(path);
        assertThat(seen.body().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(seen.body().at("/status/replicas").asInt()).isEqualTo(2);
        assertThat(seen.body().at("/spec/replicas").asInt()).isEqualTo(2);
        var front = sandbox.patch(MERGE, path, "{spec: {replicas: 3}, status: {replicas: 7}}");
        assertThat(front.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(front.body().at("/status/replicas").asInt()).isEqualTo(2);
    }

    @Test
    void scale_reads_and_writes_replicas() {
        var path = DEPLOYMENTS + "/scaled";
        sandbox.post(DEPLOYMENTS, ASandbox.deployment("scaled", ""));
        var scale = sandbox.get(path + "/scale");
        assertThat(scale.text("/kind")).isEqualTo("Scale");
        ((ObjectNode) scale.body().at("/spec")).put("replicas", 5);
        assertThat(sandbox.put(path + "/scale", scale.body()).code()).isEqualTo(200);
        assertThat(sandbox.get(path).body().at("/spec/replicas").asInt()).isEqualTo(5);
    }

    @Test
    void requests_are_counted_by_verb_and_resource() {
        sandbox.get("/api/v1/namespaces/kube-public/configmaps");
        assertThat(sandbox.sandbox().audit()).containsKey("list configmaps");
    }

    @Test
    void the_counts_can_be_scraped_as_those_of_an_api_server() {
        var path = "/apis/apps/v1/namespaces/default/deployments/scraped/scale";
        sandbox.get(path);
        assertThat(sandbox.text("/metrics"))
                .containsPattern(
                        "apiserver_request_total\\{group=\"apps\",resource=\"deployments\","
                                + "subresource=\"scale\",verb=\"GET\"} \\d+\n");
    }
}
