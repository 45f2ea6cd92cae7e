package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void an_error_has_the_shape_that_argo_cds_clients_read() {
        assertThat(Problem.NOT_FOUND.body("applications.argoproj.io \"x\" not found"))
                .isEqualTo(
                        Map.of(
                                "error", "applications.argoproj.io \"x\" not found",
                                "code", 5,
                                "message", "applications.argoproj.io \"x\" not found"));
    }
}
