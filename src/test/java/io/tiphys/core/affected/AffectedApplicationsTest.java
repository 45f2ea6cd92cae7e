package io.tiphys.core.affected;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.SyncPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AffectedApplicationsTest {

    private static final String NONE = "0".repeat(40);
    private static final String COMMIT = "c".repeat(40);

    @ParameterizedTest
    @CsvSource({
        "main, refs/heads/main, true",
        "main, refs/heads/next, false",
        "main, refs/heads/team/main, false",
        "team/main, refs/heads/team/main, true",
        "main, refs/tags/main, true",
        "v1.0.0, refs/tags/v1.0.0, true",
        "v1.0.0, refs/tags/v1.0.1, false",
        "refs/heads/main, refs/heads/main, true",
        "refs/heads/main, refs/tags/main, false",
        "refs/pull/7/head, refs/pull/7/head, true",
        "HEAD, refs/heads/main, true",
        "HEAD, refs/heads/next, false",
        "HEAD, refs/tags/main, false",
        "cccccccccccccccccccccccccccccccccccccccc, refs/heads/main, false",
    })
    void a_push_touches_what_follows_its_ref(String revision, String ref, boolean touched) {
        assertThat(touches(push(ref, List.of("a.yaml")), application(revision, "", null)))
                .isEqualTo(touched);
    }

    @Test
    void any_push_may_be_heads_if_the_default_branch_is_not_known() {
        var push =
                new GitEvent.Pushed(
                        "e1", "h/r", "refs/heads/x", NONE, COMMIT, List.of(), true, "", "github");

        assertThat(touches(push, application("HEAD", "", null))).isTrue();
        assertThat(touches(push, application("main", "", null))).isFalse();
    }

    @Test
    void a_deleted_ref_touches_too() {
        var push =
                new GitEvent.Pushed(
                        "e1",
                        "h/r",
                        "refs/heads/main",
                        COMMIT,
                        NONE,
                        List.of(),
                        true,
                        "",
                        "github");

        assertThat(touches(push, application("main", "", null))).isTrue();
    }

    @Test
    void in_doubt_is_who_declares_paths_where_not_all_are_listed() {
        var whole = push("refs/heads/main", List.of("web/a.yaml"));
        var part =
                new GitEvent.Pushed(
                        "e1",
                        "h/r",
                        "refs/heads/main",
                        NONE,
                        COMMIT,
                        List.of("web/a.yaml"),
                        false,
                        "",
                        "github");

        assertThat(AffectedApplications.isInDoubt(part, application("main", "web", "."))).isTrue();
        assertThat(AffectedApplications.isInDoubt(whole, application("main", "web", ".")))
                .isFalse();
        assertThat(AffectedApplications.isInDoubt(part, application("main", "web", " ; ")))
                .isFalse();
        assertThat(AffectedApplications.isInDoubt(part, application("main", "web", null)))
                .isFalse();
        assertThat(AffectedApplications.isInDoubt(part, application("next", "web", "."))).isFalse();
        var completed = part.withAllPaths(List.of("other/a.yaml"));
        assertThat(touches(completed, application("main", "web", "."))).isFalse();
        assertThat(touches(part, application("main", "web", "."))).isTrue();
    }

    @Test
    void another_repository_touches_nothing() {
        var push =
                new GitEvent.Pushed(
                        "e1", "h/other", "refs/heads/main", "", COMMIT, List.of(), true, "", "x");

        assertThat(touches(push, application("main", "", null))).isFalse();
    }

    @Test
    void the_refresh_demands_a_view_with_the_push_and_carries_its_cause() {
        var touched = application("main", "", null);

        var refreshes =
                AffectedApplications.of(push("refs/heads/main", List.of()), List.of(touched));

        assertThat(refreshes)
                .containsExactly(
                        new Refresh(
                                touched.id(), false, FetchDemand.including("e1", COMMIT), "e1"));
    }

    /// The source's path, the annotation, a changed file, whether it counts.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "apps/web | .                | apps/web/a.yaml        | true",
                "apps/web | .                | apps/api/a.yaml        | false",
                "apps/web | .                | apps/website/a.yaml    | false",
                "apps/web | ./               | apps/web/deep/a.yaml   | true",
                "apps/web | base             | apps/web/base/a.yaml   | true",
                "apps/web | base             | base/a.yaml            | false",
                "apps/web | ..               | apps/api/a.yaml        | true",
                "apps/web | ../lib           | apps/lib/a.yaml        | true",
                "apps/web | ../lib           | apps/web/a.yaml        | false",
                "apps/web | ../../..         | anything.yaml          | true",
                "apps/web | /lib             | lib/a.yaml             | true",
                "apps/web | /lib             | apps/web/lib/a.yaml    | false",
                "apps/web | /                | any/where.yaml         | true",
                "apps/web | .;/lib           | lib/a.yaml             | true",
                "apps/web | . ; /lib ;       | apps/web/a.yaml        | true",
                "apps/web | values.yaml      | apps/web/values.yaml   | true",
                "apps/web | values.yaml      | apps/web/valuesXyaml   | false",
                "apps/web | *.yaml           | apps/web/a.yaml        | true",
                "apps/web | *.yaml           | apps/web/deep/a.yaml   | false",
                "apps/web | */a.yaml         | apps/web/deep/a.yaml   | true",
                "apps/web | /lib/v?          | lib/v1/a.yaml          | true",
                "apps/web | /lib/v?          | lib/v10/a.yaml         | false",
                "apps/web | /lib/[a-c]       | lib/b/a.yaml           | true",
                "apps/web | /lib/[a-c]       | lib/bb/a.yaml          | false",
                "''       | .                | any/where.yaml         | true",
                "''       | base             | base/a.yaml            | true",
                "''       | base             | other/a.yaml           | false",
                ".        | base             | base/a.yaml            | true",
                "/apps/web/ | .              | apps/web/a.yaml        | true",
                "apps/web | ;                | other/a.yaml           | true",
                "apps/web | ' '              | other/a.yaml           | true",
            })
    void only_changes_below_the_declared_paths_count(
            String path, String declared, String changed, boolean touched) {
        assertThat(
                        touches(
                                push("refs/heads/main", List.of("README.md", changed)),
                                application("main", path, declared)))
                .isEqualTo(touched);
    }

    @Test
    void an_incomplete_list_of_changes_may_hide_any() {
        var push =
                new GitEvent.Pushed(
                        "e1",
                        "h/r",
                        "refs/heads/main",
                        "",
                        COMMIT,
                        List.of("other/a.yaml"),
                        false,
                        "main",
                        "gitlab");

        assertThat(touches(push, application("main", "apps/web", "."))).isTrue();
    }

    @Test
    void an_empty_list_of_changes_says_nothing() {
        assertThat(
                        touches(
                                push("refs/heads/main", List.of()),
                                application("main", "apps/web", ".")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "a[b", "[]", "[^", "(", "a{2", "\\", "**", "?*[", "a\\*b"})
    void a_pattern_that_is_malformed_never_throws(String declared) {
        assertThat(
                        touches(
                                push("refs/heads/main", List.of("nothing/like/it")),
                                application("main", "apps/web", declared)))
                .isFalse();
    }

    private static boolean touches(GitEvent.Pushed push, Application application) {
        return !AffectedApplications.of(push, List.of(application)).isEmpty();
    }

    private static GitEvent.Pushed push(String ref, List<String> changed) {
        return new GitEvent.Pushed("e1", "h/r", ref, "", COMMIT, changed, true, "main", "github");
    }

    private static Application application(String revision, String path, String generatePaths) {
        return new Application(
                new ApplicationId("argocd", "web"),
                "1",
                "default",
                new Source("https://H/r.git", path, revision, Source.Directory.PLAIN),
                new Destination(Destination.IN_CLUSTER, "", "web"),
                new SyncPolicy.Manual(),
                Set.of(),
                generatePaths == null
                        ? Map.of()
                        : Map.of(Annotations.MANIFEST_GENERATE_PATHS, generatePaths),
                Optional.empty(),
                Application.Status.EMPTY,
                10);
    }
}
