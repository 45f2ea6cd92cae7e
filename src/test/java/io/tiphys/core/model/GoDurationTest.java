package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "5s, PT5S",
        "1h15m30.5s, PT1H15M30.5S",
        "90m, PT1H30M",
        ".5s, PT0.5S",
        "1.s, PT1S",
        "100ms, PT0.1S",
        "3us, PT0.000003S",
        "3µs, PT0.000003S",
        "7ns, PT0.000000007S",
        "-1m30s, PT-1M-30S",
        "+2h, PT2H",
        "1.5h, PT1H30M",
        "2s1s, PT3S"
    })
    void what_go_writes_is_read(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "5",
                "s",
                "5 s",
                "5x",
                "1d",
                "--5s",
                "5s ",
                "1h-5m",
                ".s",
                "1e3s",
                "9999999h",
                "99999999999999999999999999999999999999999999999999999999999999999999s"
            })
    void what_go_would_refuse_is_none(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }
}
