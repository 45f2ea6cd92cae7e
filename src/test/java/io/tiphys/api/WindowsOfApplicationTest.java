package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Project;
import io.tiphys.core.model.SyncWindow;
import jakarta.ws.rs.WebApplicationException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowsOfApplicationTest {

    private static final Map<String, Object> NIGHT =
            Map.of("kind", "deny", "schedule", "0 22 * * *", "duration", "1h");

    private static final Map<String, Object> NOON =
            Map.of("kind", "allow", "schedule", "0 12 * * *", "duration", "1h", "manualSync", true);

    @Test
    void all_windows_are_told_of_and_which_are_open() {
        assertThat(at("2026-01-01T22:30:00Z", NIGHT, NOON))
                .isEqualTo(
                        Map.of(
                                "activeWindows",
                                List.of(
                                        Map.of(
                                                "kind", "deny",
                                                "schedule", "0 22 * * *",
                                                "duration", "1h",
                                                "manualSync", false)),
                                "assignedWindows",
                                List.of(
                                        Map.of(
                                                "kind", "deny",
                                                "schedule", "0 22 * * *",
                                                "duration", "1h",
                                                "manualSync", false),
                                        Map.of(
                                                "kind", "allow",
                                                "schedule", "0 12 * * *",
                                                "duration", "1h",
                                                "manualSync", true)),
                                "canSync",
                                false));
    }

    @Test
    void none_is_open_and_people_may() {
        assertThat(at("2026-01-01T00:00:00Z", NOON))
                .containsOnlyKeys("assignedWindows", "canSync")
                .containsEntry("canSync", true);
    }

    @Test
    void there_is_none() {
        assertThat(at("2026-01-01T00:00:00Z")).isEqualTo(Map.of("canSync", true));
    }

    @Test
    void one_that_nobody_can_read_is_an_error() {
        assertThatThrownBy(() -> at("2026-01-01T00:00:00Z", Map.of("kind", "deny")))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        it -> assertThat(it.getResponse().getStatus()).isEqualTo(400))
                .hasMessageStartingWith("invalid sync windows: cannot parse schedule");
    }

    @Test
    void people_are_refused_what_the_windows_do_not_let_them() {
        WindowsOfApplication.requireOpen(
                read(List.of(NOON)), Instant.parse("2026-01-01T00:00:00Z"));

        assertRefused("cannot sync: blocked by sync window", NIGHT);
        assertRefused(
                "cannot sync: invalid sync window: invalid sync windows: kind '' mismatch",
                Map.of("schedule", "@daily", "duration", "1h"));
    }

    private static void assertRefused(String message, Map<String, Object> window) {
        assertThatThrownBy(
                        () ->
                                WindowsOfApplication.requireOpen(
                                        read(List.of(window)),
                                        Instant.parse("2026-01-01T22:30:00Z")))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        it -> assertThat(it.getResponse().getStatus()).isEqualTo(403))
                .hasMessageStartingWith(message);
    }

    @SafeVarargs
    private static Map<String, Object> at(String time, Map<String, Object>... windows) {
        return WindowsOfApplication.of(read(List.of(windows)), Instant.parse(time));
    }

    private static List<SyncWindow> read(List<Map<String, Object>> windows) {
        return Project.read("team", Map.of("syncWindows", windows)).windows();
    }
}
