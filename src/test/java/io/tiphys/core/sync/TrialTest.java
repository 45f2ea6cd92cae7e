package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.sync.SyncPlan.Task;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialTest {

    /// In the API server's words, of a wave that makes the ServiceAccount `worker`.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    422 | Deployment.apps "web" is invalid: spec.selector: field is immutable           | true
                    400 | strict decoding error: unknown field "spec.replica"                           | true
                    403 | configmaps is forbidden: User "x" cannot patch resource "configmaps"          | true
                    403 | admission webhook "policy.x.org" denied the request: no latest tags           | true
                    500 | admission webhook "policy.x.org" denied the request: it broke                 | true
                    404 | namespaces "elsewhere" not found                                              | true
                    404 | The cluster does not know the kind x.org/v1 Widget: is its CRD installed?     | true
                    403 | error looking up service account shop/other: serviceaccount "other" not found | true
                    403 | error looking up service account shop/worker: serviceaccount "worker" not found | false
                    403 | admission webhook "x.org" denied the request: the account "worker" does not exist | false
                    422 | Pod "p" is invalid: spec.x: "worker" not found                                | true
                    400 | admission webhook "x.org" does not support dry run                            | false
                    409 | Operation cannot be fulfilled: the object has been modified                   | false
                    429 | Too many requests                                                             | false
                    500 | failed calling webhook "x.org": connection refused                            | false
                    503 | the server is currently unable to handle the request                          | false
                    0   | The API server did not answer in time                                         | false
                    """)
    void a_trial_refuses_what_a_write_would_and_leaves_open_what_it_cannot_tell(
            int code, String message, boolean refuses) {
        var trials =
                List.<Task>of(apply("v1", "ServiceAccount", "worker"), apply("v1", "Pod", "p"));

        assertThat(Trial.refuses(code, message, trials)).isEqualTo(refuses);
    }

    private static Task apply(String apiVersion, String kind, String name) {
        return new Task.Apply(
                new Manifest(Samples.object(apiVersion, kind, name), ""), SyncPhase.SYNC);
    }
}
