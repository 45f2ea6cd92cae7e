package io.tiphys.core.affected;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Long because every rule of who is touched is here, and the check that they hold together.
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

    @ParameterizedTest
    @CsvSource({
        "1.x, '', refs/tags/1.2.4, true",
        "1.x, '', refs/tags/v1.2.4, true",
        "1.x, '', refs/tags/2.0.0, false",
        "1.x, '', refs/tags/1.3.0-rc.1, false",
        ">=1.0.0-0, '', refs/tags/1.3.0-rc.1, true",
        "1.x, '', refs/tags/latest, false",
        "1.x, '', refs/heads/1.2.4, false",
        "1.x, '', refs/heads/1.x, true",
        "1.x, '', refs/tags/1.x, true",
        "1.x, '', refs/heads/main, false",
        "1.x, api-, refs/tags/api-1.2.4, true",
        "1.x, api-, refs/tags/1.2.4, false",
        "1.x, api-, refs/tags/web-1.2.4, false",
        "1.2.4, '', refs/tags/1.2.4, true",
        "1.2.4, '', refs/tags/v1.2.4, false",
        "1.2.4, api-, refs/tags/api-1.2.4, true",
        "1.2.4, api-, refs/tags/1.2.4, false",
        "main, api-, refs/heads/main, true",
    })
    void a_pushed_or_deleted_tag_touches_whose_constraint_allows_it(
            String revision, String prefix, String ref, boolean touched) {
        var application = application("web", aSource("h/r", "", revision, prefix), null);

        assertThat(touches(push(ref, List.of("a.yaml")), application)).isEqualTo(touched);
        assertThat(
                        touches(
                                new GitEvent.Pushed(
                                        "e1", "h/r", ref, COMMIT, NONE, List.of(), true, "main",
                                        "github"),
                                application))
                .isEqualTo(touched);
    }

    @Test
    void whose_constraint_allows_a_tag_is_touched_whatever_files_it_declares() {
        var application = application("1.x", "web", ".");
        var complete = push("refs/tags/1.2.4", List.of("other/a.yaml"));
        var incomplete =
                new GitEvent.Pushed(
                        "e1", "h/r", "refs/tags/1.2.4", NONE, COMMIT, List.of(), false, "", "x");

        for (var push : List.of(complete, incomplete)) {
            assertThat(touches(push, application)).isTrue();
            assertThat(inDoubt(push, application)).isFalse();
        }
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

        assertThat(inDoubt(part, application("main", "web", "."))).isTrue();
        assertThat(inDoubt(whole, application("main", "web", "."))).isFalse();
        assertThat(inDoubt(part, application("main", "web", " ; "))).isFalse();
        assertThat(inDoubt(part, application("main", "web", null))).isFalse();
        assertThat(inDoubt(part, application("next", "web", "."))).isFalse();
        var completed = part.withAllPaths(List.of("other/a.yaml"));
        assertThat(touches(completed, application("main", "web", "."))).isFalse();
        assertThat(touches(part, application("main", "web", "."))).isTrue();
    }

    @Test
    void the_refresh_demands_a_view_with_the_push_and_carries_its_cause() {
        var touched = application("main", "", null);

        var refreshes = applications(touched).refreshes(push("refs/heads/main", List.of()));

        assertThat(refreshes)
                .containsExactly(
                        new Refresh(
                                touched.id(),
                                false,
                                FetchDemand.including("h/r", "e1", COMMIT),
                                "e1"));
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
                "''       | *.yaml           | a.yaml                 | true",
                "''       | .                | any/where.yaml         | true",
                "''       | base             | base/a.yaml            | true",
                "''       | base             | other/a.yaml           | false",
                ".        | base             | base/a.yaml            | true",
                "/apps/web/ | .              | apps/web/a.yaml        | true",
                "apps/web | ;                | other/a.yaml           | true",
                "apps/web | ' '              | other/a.yaml           | true",
                "vendor/lib/web | .          | vendor/lib             | true",
                "vendor/lib/web | .          | vendor/li              | false",
                "vendor/lib-x/web | .        | vendor/lib             | false",
                "vendor/lib | *.yaml         | vendor/lib             | true",
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

    @Test
    void those_without_declared_paths_need_not_wait_for_the_files() {
        var applications =
                applications(
                        application("waits", "main", "web", "."),
                        application("known", "main", "web", null));
        var part =
                new GitEvent.Pushed(
                        "e1", "h/r", "refs/heads/main", NONE, COMMIT, List.of(), false, "", "x");

        assertThat(applications.refreshes(part))
                .extracting(it -> it.application().name())
                .containsExactly("known");
        assertThat(applications.refreshesOfDoubtful(part.withAllPaths(List.of("web/a.yaml"))))
                .extracting(it -> it.application().name())
                .containsExactly("waits");
        assertThat(applications.refreshesOfDoubtful(part.withAllPaths(List.of("a.yaml"))))
                .isEmpty();
    }

    /// Whatever else is there, and came and went.
    @RepeatedTest(200)
    void each_is_found_among_many_as_it_would_be_alone(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var members = Stream.generate(() -> anApplication(random)).limit(30).toList();
        var push =
                push(
                        one(random, "refs/heads/main", "refs/tags/v1"),
                        Stream.generate(() -> path(random, "a", "b", "ab"))
                                .limit(random.nextInt(4))
                                .toList());

        var applications = applications(members.toArray(Application[]::new));
        var gone = members.subList(0, 10);
        gone.forEach(it -> remove(it, applications));
        var left =
                members.stream()
                        .filter(it -> gone.stream().noneMatch(no -> no.id().equals(it.id())))
                        .toList();

        assertThat(touched(push, applications))
                .containsExactlyInAnyOrderElementsOf(
                        left.stream()
                                .filter(it -> touches(push, it))
                                .map(Application::id)
                                .toList());
        assertThat(applications.all()).hasSameSizeAs(left);
        left.forEach(it -> remove(it, applications));
        assertThat(applications.isEmpty()).isTrue();
    }

    private static Application anApplication(Random random) {
        var declared =
                Stream.generate(() -> path(random, "a", "b", "*", "?", "a*", "[ab]", "..", "."))
                        .map(it -> random.nextBoolean() ? it : "/" + it)
                        .limit(random.nextInt(3))
                        .collect(Collectors.joining(";"));
        return application(
                "app-" + random.nextLong(),
                one(random, "main", "HEAD", "v1", "next"),
                path(random, "a", "b"),
                declared);
    }

    private static String path(Random random, String... segments) {
        return Stream.generate(() -> one(random, segments))
                .limit(1 + random.nextInt(3))
                .collect(Collectors.joining("/"));
    }

    private static String one(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static boolean touches(GitEvent.Pushed push, Application application) {
        return !touched(push, applications(application)).isEmpty();
    }

    /// In the end, however the files became known.
    private static Set<ApplicationId> touched(
            GitEvent.Pushed push, AffectedApplications applications) {
        var doubtful =
                applications.inDoubt(push).isEmpty()
                        ? List.<Refresh>of()
                        : applications.refreshesOfDoubtful(push);
        return Stream.concat(applications.refreshes(push).stream(), doubtful.stream())
                .map(Refresh::application)
                .collect(Collectors.toSet());
    }

    @Test
    void an_application_is_touched_by_what_any_of_its_sources_follows() {
        var application =
                withSources(
                        ".",
                        aSource("https://h/r", "web", "main"),
                        aSource("https://h/r", "db", "main"),
                        aSource("https://h/r", "env", "next"));
        var all = applications(application);

        assertThat(touched(all, push("refs/heads/main", List.of("web/a.yaml")))).isTrue();
        assertThat(touched(all, push("refs/heads/main", List.of("db/a.yaml")))).isTrue();
        assertThat(touched(all, push("refs/heads/next", List.of("env/a.yaml")))).isTrue();
        assertThat(touched(all, push("refs/heads/main", List.of("env/a.yaml")))).isFalse();
        assertThat(touched(all, push("refs/heads/next", List.of("web/a.yaml")))).isFalse();
    }

    @Test
    void an_application_goes_with_all_of_its_sources() {
        var one =
                withSources(
                        null,
                        aSource("https://h/r", "web", "main"),
                        aSource("https://h/r", "db", "main"),
                        aSource("https://h/r", "env", "next"));
        var all = applications(one);

        remove(one, all);

        assertThat(all.isEmpty()).isTrue();
    }

    private static boolean touched(AffectedApplications all, GitEvent.Pushed push) {
        return !all.refreshes(push).isEmpty();
    }

    private static Application withSources(String generatePaths, Source... sources) {
        return application("web", new Sources(List.of(sources), true), generatePaths);
    }

    private static void remove(Application application, AffectedApplications from) {
        application.sources().git().forEach(it -> from.remove(application, it));
    }

    private static boolean inDoubt(GitEvent.Pushed push, Application application) {
        return applications(application).inDoubt(push).isPresent();
    }

    private static AffectedApplications applications(Application... members) {
        var applications = new AffectedApplications();
        for (var member : members) {
            member.sources().git().forEach(it -> applications.add(member, it));
        }
        return applications;
    }

    private static GitEvent.Pushed push(String ref, List<String> changed) {
        return new GitEvent.Pushed("e1", "h/r", ref, "", COMMIT, changed, true, "main", "github");
    }

    private static Application application(String revision, String path, String generatePaths) {
        return application("web", revision, path, generatePaths);
    }

    private static Application application(
            String name, String revision, String path, String generatePaths) {
        return application(name, aSource("https://H/r.git", path, revision), generatePaths);
    }

    private static Application application(String name, Source source, String generatePaths) {
        return application(name, Sources.of(source), generatePaths);
    }

    private static Application application(String name, Sources sources, String generatePaths) {
        return new Application(
                new ApplicationId("argocd", name),
                "1",
                "default",
                sources,
                new Destination(Destination.IN_CLUSTER, "", "web"),
                new SyncPolicy.Manual(),
                Set.of(),
                Optional.empty(),
                generatePaths == null
                        ? Map.of()
                        : Map.of(Annotations.MANIFEST_GENERATE_PATHS, generatePaths),
                Optional.empty(),
                Application.Status.EMPTY,
                10);
    }
}
