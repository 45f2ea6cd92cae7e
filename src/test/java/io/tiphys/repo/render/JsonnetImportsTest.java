package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonnetImportsTest {

    @Test
    void imports_are_found_however_they_are_written() {
        var program =
                """
                local a = import 'a.libsonnet', b = importstr "b.txt", c = importbin 'c';
                (import /* not 'this' */ // nor this
                  # nor that
                  @'it''s') + (import @"q""q") + import'e\\'f' + {important: 1}
                // import 'comment'
                """;

        assertThat(JsonnetImports.of(program.getBytes(UTF_8)))
                .containsExactly("a.libsonnet", "b.txt", "c", "it's", "q\"q", "e'f", "comment");
    }

    @Test
    void what_is_not_finished_is_no_import() {
        assertThat(JsonnetImports.of("import 'a\\'".getBytes(UTF_8))).isEmpty();
        assertThat(JsonnetImports.of("import /* 'a'".getBytes(UTF_8))).isEmpty();
        assertThat(JsonnetImports.of("import x".getBytes(UTF_8))).isEmpty();
        assertThat(JsonnetImports.of("import '".repeat(100_000).getBytes(UTF_8))).isNotEmpty();
    }
}
