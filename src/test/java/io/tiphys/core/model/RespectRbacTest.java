package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespectRbacTest {

    @ParameterizedTest
    @CsvSource({"'', OFF", "normal, NORMAL", "strict, STRICT"})
    void it_is_what_argo_cd_knows(String text, RespectRbac respect) {
        assertThat(RespectRbac.read(Map.of("resource.respectRBAC", text))).isEqualTo(respect);
        assertThat(RespectRbac.read(Map.of())).isEqualTo(RespectRbac.OFF);
    }

    @Test
    void anything_else_is_named() {
        assertThatThrownBy(() -> RespectRbac.read(Map.of("resource.respectRBAC", "Strict")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("resource.respectRBAC: Strict is neither normal nor strict");
    }
}
