package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1000m, true",
        "1, 1.0, true",
        "1k, 1000, true",
        "1Ki, 1024, true",
        "1Ki, 1k, false",
        "1Gi, 1024Mi, true",
        "1e3, 1k, true",
        "1E, 1e18, true",
        "100n, 0.1u, true",
        "-1, 1, false",
        "+1, 1, true",
        "1, 2, false",
        "1m, 1M, false",
        "1Zi, 1Zi, false",
        "Gi, Gi, false",
        "12e, 12e, false",
        "'', '', false",
        "1 Gi, 1Gi, false",
        "1e2147483647E, 1, false",
        "1e999999999, 1e999999998, false",
    })
    void spellings_are_the_same_if_their_values_are(String one, String other, boolean same) {
        assertThat(Quantity.same(one, other)).isEqualTo(same);
    }
}
