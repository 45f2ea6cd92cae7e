package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Project;
import io.tiphys.core.policy.SyncIdentity.Account;
import io.tiphys.core.policy.SyncIdentity.None;
import io.tiphys.core.policy.SyncIdentity.Own;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncIdentityTest {

    private static final String ENABLED = "application.sync.impersonation.enabled";
    private static final String ENFORCED = "application.sync.impersonation.enforced";

    private static final Project PROJECT =
            Project.read(
                    "team",
                    Map.of(
                            "destinationServiceAccounts",
                            List.of(
                                    account("https://kubernetes.default.svc", "web", "first"),
                                    account("https://kubernetes.default.svc", "web*", "second"),
                                    account("https://kubernetes.*", "ops", "kube-ops:operator"),
                                    account("*", "", "nowhere"),
                                    account("https://other", "*", "elsewhere"))));

    private static Map<String, String> account(String server, String namespace, String name) {
        return Map.of("server", server, "namespace", namespace, "defaultServiceAccount", name);
    }

    /// The namespace of a destination, and as whom is synced to it: by the first rule that fits.
    @ParameterizedTest
    @CsvSource({
        "web, web:first",
        "web-2, web-2:second",
        "ops, kube-ops:operator",
        // Without a namespace it is the Application's.
        "'', argocd:nowhere",
    })
    void the_first_rule_that_fits_names_the_account(String namespace, String account) {
        assertThat(identity(Map.of(ENABLED, "true"), namespace))
                .isEqualTo(new Account("system:serviceaccount:" + account));
    }

    @Test
    void without_a_rule_that_fits_nobody_is_asked_to() {
        assertThat(identity(Map.of(ENABLED, "true"), "blue"))
                .isEqualTo(
                        new None(
                                "no matching service account found for destination server"
                                        + " https://kubernetes.default.svc and namespace blue"));
    }

    @Test
    void unless_that_is_not_enforced() {
        var settings = Map.of(ENABLED, "true", ENFORCED, "false");

        assertThat(identity(settings, "blue")).isEqualTo(new Own());
        assertThat(identity(settings, "web")).isInstanceOf(Account.class);
    }

    @ParameterizedTest
    @CsvSource({"''", "false", "True", "yes", "1"})
    void where_it_is_not_switched_on_the_service_is_itself(String enabled) {
        assertThat(identity(Map.of(ENABLED, enabled), "web")).isEqualTo(new Own());
    }

    private static SyncIdentity identity(Map<String, String> settings, String namespace) {
        return SyncIdentity.of(
                settings,
                PROJECT,
                new ApplicationId("argocd", "shop"),
                new Destination(Destination.IN_CLUSTER, "", namespace),
                DestinationCluster.IN_CLUSTER);
    }
}
