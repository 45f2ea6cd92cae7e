package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SaidTest {

    @Test
    void paths_are_told_from_where_the_tool_ran() {
        var said = "open /w/1/files/app/x.yaml: missing in /w/1/files/app, see /w/1/files/y.yaml";

        assertThat(Said.shortened(said, Path.of("/w/1/files/app"), Path.of("/w/1/files")))
                .isEqualTo("open x.yaml: missing in ., see y.yaml");
    }

    @Test
    void folders_that_are_named_by_chance_have_no_number() {
        var said = "HELM_CONFIG_HOME=/w/home/tmp/kustomize-helm-1234567890/helm: failed";

        assertThat(Said.shortened(said, Path.of("/w")))
                .isEqualTo("HELM_CONFIG_HOME=home/tmp/kustomize-helm-…/helm: failed");
    }

    @Test
    void a_long_message_keeps_its_beginning_and_its_end() {
        var shortened = Said.shortened("panic: first" + "-".repeat(100_000) + "Error: last\n");

        assertThat(shortened)
                .startsWith("panic: first")
                .endsWith("Error: last")
                .hasSize(Said.MAX_LENGTH);
    }

    @Test
    void lines_stay_and_what_cannot_be_seen_goes() {
        assertThat(Said.shortened("\u001b[1;31mError\u001b[0m:\r\n\u0000\tone\u202e two\u0007\n"))
                .isEqualTo("Error:\n\tone two");
    }
}
