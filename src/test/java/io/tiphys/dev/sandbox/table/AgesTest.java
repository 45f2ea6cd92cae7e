package io.tiphys.dev.sandbox.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {

    @ParameterizedTest
    @CsvSource({
        "PT-5S, <invalid>",
        "PT-1S, 0s",
        "PT119S, 119s",
        "PT2M, 2m",
        "PT9M59S, 9m59s",
        "PT179M, 179m",
        "PT3H, 3h",
        "PT7H59M, 7h59m",
        "PT47H, 47h",
        "P2D, 2d",
        "P7DT5H, 7d5h",
        "P729D, 729d",
        "P2516D, 6y326d",
        "P2920D, 8y"
    })
    void the_longer_the_coarser(Duration age, String text) {
        assertThat(Ages.of(age)).isEqualTo(text);
    }
}
