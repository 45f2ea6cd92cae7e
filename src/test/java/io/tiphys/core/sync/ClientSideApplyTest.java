package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientSideApplyTest {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    @Test
    void what_was_applied_client_side_becomes_ours() {
        var object =
                object(
                        entry("kubectl-client-side-apply", "Update", "", "a"),
                        entry("argocd-controller", "Update", "", "b"),
                        entry("argocd-controller", "Apply", "", "c"),
                        entry("kubectl-edit", "Update", "", "d"));

        assertThat(ClientSideApply.by("").handedOver(object).orElseThrow())
                .containsExactly(
                        entry("kubectl-edit", "Update", "", "d"),
                        entry("argocd-controller", "Apply", "", "c", "a", "b"));
    }

    @Test
    void what_was_never_applied_server_side_becomes_ours() {
        var object = object(entry("kubectl-client-side-apply", "Update", "", "a"));

        assertThat(ClientSideApply.by("").handedOver(object).orElseThrow())
                .containsExactly(entry("argocd-controller", "Apply", "", "a"));
    }

    @Test
    void what_others_applied_server_side_or_wrote_of_the_status_stays_theirs() {
        var object =
                object(
                        entry("kubectl-client-side-apply", "Apply", "", "a"),
                        entry("argocd-controller", "Update", "status", "b"),
                        entry("helm", "Update", "", "c"));

        assertThat(ClientSideApply.by("").handedOver(object)).isEmpty();
    }

    @Test
    void an_application_may_name_another_manager_in_kubectls_place() {
        var object =
                object(
                        entry("kubectl-client-side-apply", "Update", "", "a"),
                        entry("helm", "Update", "", "b"));

        assertThat(ClientSideApply.by("helm").handedOver(object).orElseThrow())
                .containsExactly(
                        entry("kubectl-client-side-apply", "Update", "", "a"),
                        entry("argocd-controller", "Apply", "", "b"));
    }

    @Test
    void an_object_is_looked_at_where_it_says_what_was_applied_last() {
        var said =
                LiveResource.of(Json.with(object(), "{}", "metadata", "annotations", LAST_APPLIED));
        var unsaid = LiveResource.of(object());

        assertThat(ClientSideApply.by("").isSuspectedOf(said)).isTrue();
        assertThat(ClientSideApply.by("").isSuspectedOf(unsaid)).isFalse();
    }

    @Test
    void with_another_manager_it_is_looked_at_until_it_was_applied_server_side() {
        var before = LiveResource.of(object());
        var after = LiveResource.of(object(entry("argocd-controller", "Apply", "", "a")));

        assertThat(ClientSideApply.by("helm").isSuspectedOf(before)).isTrue();
        assertThat(ClientSideApply.by("helm").isSuspectedOf(after)).isFalse();
    }

    @SafeVarargs
    private static Map<String, Object> object(Map<String, Object>... managedFields) {
        return Json.with(
                Samples.object("v1", "ConfigMap", "c"),
                new ArrayList<Object>(List.of(managedFields)),
                "metadata",
                "managedFields");
    }

    private static Map<String, Object> entry(
            String manager, String operation, String subresource, String... fields) {
        var data = new LinkedHashMap<String, Object>();
        for (var field : fields) {
            data.put("f:" + field, Map.of());
        }
        var entry = new LinkedHashMap<String, Object>();
        entry.put("manager", manager);
        entry.put("operation", operation);
        if (!subresource.isEmpty()) {
            entry.put("subresource", subresource);
        }
        entry.put("fieldsV1", Map.of("f:data", data));
        return entry;
    }
}
