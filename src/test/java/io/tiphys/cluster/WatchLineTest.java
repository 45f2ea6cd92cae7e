package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchLineTest {

    @ParameterizedTest
    @ValueSource(strings = {"ADDED", "MODIFIED"})
    void a_line_says_which_object_came_to_which_version(String type) throws IOException {
        var line =
                """
                {"type":"%s","object":{"kind":"ConfigMap","immutable":{"metadata":{}},
                 "metadata":{"labels":{"name":"none"},"managedFields":[{"name":"none"}],
                 "name":"a","namespace":"shop","resourceVersion":"7","generation":2},
                 "data":{"name":"none"}}}
                """
                        .formatted(type);

        assertThat(WatchLine.read(line)).contains(new WatchLine("shop", "a", "7"));
    }

    @Test
    void what_lives_in_no_namespace_has_none() throws IOException {
        assertThat(
                        WatchLine.read(
                                """
                                {"type":"ADDED","object":{"metadata":
                                 {"name":"a","namespace":null,"resourceVersion":"7"}}}
                                """))
                .contains(new WatchLine("", "a", "7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"DELETED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}",
                "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}",
                "{\"type\":\"ERROR\",\"object\":{\"code\":410}}",
                "{\"object\":{\"metadata\":{\"name\":\"a\"}},\"type\":\"ADDED\"}",
                "{\"type\":\"ADDED\",\"object\":{}}",
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":[]}}",
                "{\"type\":\"ADDED\",\"object\":\"a\"}",
                "{\"type\":\"ADDED\"}",
                "{\"type\":5,\"object\":{\"metadata\":{}}}",
                "{}",
                "[]"
            })
    void all_else_is_to_be_read_whole(String line) throws IOException {
        assertThat(WatchLine.read(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"",
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"a\":[}}}"
            })
    void what_is_no_json_is_refused(String line) {
        assertThatThrownBy(() -> WatchLine.read(line)).isInstanceOf(IOException.class);
    }
}
