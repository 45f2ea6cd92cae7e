package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.SyncWindow;
import io.tiphys.core.policy.SyncPermission.Granted;
import io.tiphys.core.policy.SyncPermission.Unknown;
import io.tiphys.core.policy.SyncPermission.Withheld;
import io.tiphys.support.Cases;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SyncPermissionTest {

    @TestFactory
    Stream<DynamicTest> permissions() {
        return Cases.of("golden/windows/permissions")
                .flatMap(
                        given ->
                                Json.strings(given, "at").entrySet().stream()
                                        .map(
                                                it ->
                                                        DynamicTest.dynamicTest(
                                                                given.get("is")
                                                                        + ": "
                                                                        + it.getKey(),
                                                                () ->
                                                                        check(
                                                                                given,
                                                                                Instant.parse(
                                                                                        it
                                                                                                .getKey()),
                                                                                it.getValue()))));
    }

    private static void check(Map<String, Object> given, Instant now, String expected) {
        var begun = Json.string(given, "begun");

        var permission =
                SyncPermission.of(
                        windows(given),
                        Json.bool(given, "manual"),
                        begun.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(begun)),
                        now);

        var said =
                switch (permission) {
                    case Granted() -> "granted";
                    case Withheld(var until) ->
                            until.map(it -> "withheld until " + it).orElse("withheld for good");
                    case Unknown(var problem) -> problem;
                };
        if (expected.equals("withheld")) {
            assertThat(said).startsWith("withheld until ");
        } else {
            assertThat(said).isEqualTo(expected);
        }
    }

    private static List<SyncWindow> windows(Map<String, Object> given) {
        return Project.read("team", Map.of("syncWindows", Json.array(given, "windows"))).windows();
    }

    @TestFactory
    Stream<DynamicTest> matches() {
        return Cases.of("golden/windows/matches")
                .flatMap(
                        given ->
                                Stream.concat(
                                        matches(given, "matches", true),
                                        matches(given, "others", false)));
    }

    private static Stream<DynamicTest> matches(
            Map<String, Object> given, String which, boolean expected) {
        var project =
                Project.read("team", Map.of("syncWindows", List.of(Json.object(given, "window"))));
        return Json.array(given, which).stream()
                .map(String::valueOf)
                .map(
                        text ->
                                DynamicTest.dynamicTest(
                                        given.get("is") + ": " + text,
                                        () ->
                                                assertThat(areAbout(project, text.split(" ")))
                                                        .isEqualTo(expected)));
    }

    private static boolean areAbout(Project project, String... application) {
        var window = project.windows().getFirst();
        var cluster =
                new DestinationCluster("https://" + application[1], application[1], "", Set.of());
        return window.matches(application[0], cluster, application[2]);
    }

    @TestFactory
    Stream<DynamicTest> an_application_is_bound_by_the_windows_that_match_it_only() {
        var project =
                Project.read(
                        "team",
                        Map.of(
                                "syncWindows",
                                List.of(
                                        Map.of("applications", List.of("shop")),
                                        Map.of("namespaces", List.of("red")),
                                        Map.of("clusters", List.of("in-cluster")))));
        return Stream.of(
                DynamicTest.dynamicTest(
                        "by its name and its cluster",
                        () -> assertThat(bound(project, "blue")).containsExactly(0, 2)),
                DynamicTest.dynamicTest(
                        "by its namespace as well",
                        () -> assertThat(bound(project, "red")).containsExactly(0, 1, 2)));
    }

    private static List<Integer> bound(Project project, String namespace) {
        var application =
                ProjectRulesTest.application(
                        new Destination(Destination.IN_CLUSTER, "", namespace), "https://host/a");
        return SyncPermission.windows(project.windows(), application, DestinationCluster.IN_CLUSTER)
                .stream()
                .map(project.windows()::indexOf)
                .toList();
    }
}
