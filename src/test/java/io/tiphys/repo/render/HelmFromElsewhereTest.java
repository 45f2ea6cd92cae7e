package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a chart takes from elsewhere: other charts, and files of other servers.
class HelmFromElsewhereTest extends HelmByScript {

    @Test
    void the_charts_that_a_chart_depends_on_are_read_in_the_version_of_its_lock() {
        root.with(
                "app/Chart.yaml",
                "dependencies: [{name: db, version: 1.x, repository: 'https://example.org'}]");
        var unlocked = plan("{}", build("v1.35.2", "v1"));

        assertThat(unlocked.render().get().manifests().getFirst().object().get("files").toString())
                .contains("app/charts/dependency-0/Chart.yaml");
        assertThat(resolved).containsExactly("https://example.org db 1.x");

        root.with("app/Chart.lock", "dependencies: [{name: db, version: 1.1.0}]");
        var locked = plan("{}", build("v1.35.2", "v1"));
        assertThat(locked.inputs()).isNotEqualTo(unlocked.inputs());
        locked.render().get();
        assertThat(resolved).last().isEqualTo("https://example.org db 1.1.0");

        root.with("app/Chart.lock", "dependencies: [{name: db, version: 2.0.0}]");
        assertThatThrownBy(() -> plan("{}", build("v1.35.2", "v1")).render().get())
                .hasMessage(
                        "The chart's dependencies cannot be built (db of https://example.org):"
                                + " app/Chart.lock has no version of it that is allowed: 'helm"
                                + " dependency update' writes one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@stable", "alias:stable"})
    void a_repository_may_be_named_as_its_secret_names_it(String repository) {
        root.with(
                "app/Chart.yaml",
                "dependencies: [{name: db, version: 1.x, repository: '%s'}]".formatted(repository));
        var unnamed = plan("{}", build("v1.35.2", "v1"));
        assertThatThrownBy(() -> unnamed.render().get())
                .hasMessage(
                        "The chart's dependencies cannot be built (db of %s): no Secret that the project may use gives that name to a repository of charts"
                                .formatted(repository));

        named.put("stable", "https://example.org");
        var planned = plan("{}", build("v1.35.2", "v1"));
        assertThat(planned.inputs()).isNotEqualTo(unnamed.inputs());
        planned.render().get();
        assertThat(resolved).containsExactly("https://example.org db 1.x");

        named.put("stable", "https://elsewhere.example");
        assertThat(plan("{}", build("v1.35.2", "v1")).inputs()).isNotEqualTo(planned.inputs());
    }

    @Test
    void files_of_other_servers_are_files_as_any_other() {
        var options =
                "{valueFiles: ['https://h/v.yaml?a=1', values-prod.yaml, 'https://h/v.yaml?a=1'],"
                        + " fileParameters: [{name: f, path: 'https://h/v.yaml?a=1'}]}";
        remotes.file("https://h/v.yaml?a=1", "a: 1");
        var first = plan(options, build("v1.35.2", "v1"));

        var arguments = arguments(first);
        var files = arguments.stream().filter(it -> it.contains(".yaml")).toList();
        assertThat(files).hasSize(3);
        assertThat(files.getFirst()).startsWith("f=").endsWith("/files/$urls:/0.yaml");
        assertThat(files.get(1)).endsWith("/files/$urls:/0.yaml'");
        assertThat(files.get(2)).endsWith("/files/app/values-prod.yaml'");
        assertThat(remotes.asked()).hasSize(1);

        fetch = FetchDemand.NEWEST;
        assertThat(plan(options, build("v1.35.2", "v1")).inputs()).isEqualTo(first.inputs());
        assertThat(remotes.asked())
                .containsExactly("https://h/v.yaml?a=1 with Nobody[] within 0 s");
        remotes.file("https://h/v.yaml?a=1", "a: 2");
        assertThat(plan(options, build("v1.35.2", "v1")).inputs()).isNotEqualTo(first.inputs());
    }

    @Test
    void a_file_of_another_server_is_not_ignored_if_it_is_missing() {
        var options = "{ignoreMissingValueFiles: true, valueFiles: ['https://h/none.yaml']}";

        assertThatThrownBy(() -> plan(options, build("v1.35.2", "v1")))
                .hasMessage(
                        "spec.source.helm.valueFiles: The file cannot be read: it has no such"
                                + " file");
    }
}
