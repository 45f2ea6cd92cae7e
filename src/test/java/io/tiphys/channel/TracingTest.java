package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {

    private static final Map<String, String> SOMEWHERE =
            Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:1");

    @Test
    void it_is_off_until_somebody_says_where_traces_go() {
        assertThat(isOn(Map.of())).isFalse();
        assertThat(isOn(Map.of("otel.service.name", "shop"))).isFalse();
        assertThat(isOn(SOMEWHERE)).isTrue();
        assertThat(isOn(Map.of("otel.exporter.otlp.traces.endpoint", "http://127.0.0.1:1/here")))
                .isTrue();
    }

    @Test
    void it_can_be_switched_off_as_everywhere() {
        assertThat(isOn(with("otel.sdk.disabled", "true"))).isFalse();
        assertThat(isOn(with("otel.sdk.disabled", "false"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"otel.exporter.otlp.protocol", "otel.exporter.otlp.traces.protocol"})
    void a_protocol_that_is_not_spoken_is_named(String setting) {
        assertThatThrownBy(() -> new Tracing(with(setting, "grpc")))
                .hasMessageContaining(setting + " is grpc")
                .hasMessageContaining("http/protobuf");
    }

    private static boolean isOn(Map<String, String> settings) {
        var tracing = new Tracing(settings);
        try {
            return tracing.isOn();
        } finally {
            tracing.close();
        }
    }

    private static Map<String, String> with(String name, String value) {
        var settings = new HashMap<>(SOMEWHERE);
        settings.put(name, value);
        return settings;
    }
}
