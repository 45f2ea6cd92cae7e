package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Push;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Signers;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.model.TargetState.Origin;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import io.tiphys.support.Accesses;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.StandInRepository;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ManifestServiceTest {

    private static final String APPS = "https://Host/apps.git";
    private static final String VALUES = "https://host/values";
    private static final Build BUILD = new Build("shop", "default", "web", "", List.of());

    private static final Demand SIGNED =
            new Demand.Signatures(
                    new Signers(Signers.Mode.HEAD, List.of(), List.of()),
                    new SigningKeys(Map.of(), ""));

    private final Map<String, MemoryFolder> content =
            new HashMap<>(
                    Map.of(
                            APPS,
                            new MemoryFolder().with("web/w", "1").with("db/d", "1"),
                            VALUES,
                            new MemoryFolder().with("prod.yaml", "a: 1")));

    /// What repositories were asked for, as `url revision commits`.
    private final List<String> resolved = new ArrayList<>();

    /// Which of these were verified, as `url revision commit`, and what was found to be wrong.
    private final List<String> verified = new ArrayList<>();

    private final Map<String, List<String>> problems = new HashMap<>();

    private final List<RenderRequest> rendered = new ArrayList<>();

    private final ManifestService service =
            new ManifestService(
                    (url, _) -> new Fake(url),
                    (url, chart, _, _) -> chart(url + " " + chart),
                    request ->
                            new Rendering(
                                    Source.Type.HELM,
                                    request.toString(),
                                    () -> {
                                        rendered.add(request);
                                        return Rendered.of(List.of(named(request.source())));
                                    }),
                    new ManifestCache(
                            1 << 20,
                            new MemoryStore(new HashMap<>()),
                            new NothingShared(),
                            InstantSource.system()));

    /// A repository in which a revision's name with a `@` before it is its commit.
    private final class Fake extends StandInRepository {

        private final String url;

        Fake(String url) {
            this.url = url;
        }

        @Override
        public String resolve(Revision revision, FetchDemand fetch) {
            if (!content.containsKey(url)) {
                throw new ManifestFailure("No such repository", true);
            }
            var commits = fetch.pushes().stream().map(Push::commit).toList();
            resolved.add(url + " " + revision.name() + " " + commits);
            return "@" + revision.name();
        }

        @Override
        public Verdict verify(Revision revision, String commit, Demand.Signatures demand) {
            verified.add(url + " " + revision.name() + " " + commit);
            return new Verdict(problems.getOrDefault(commit, List.of()), "");
        }

        @Override
        public Folder checkout(String commit, String path, Access access) {
            return content.get(url).folder(path).orElseThrow();
        }
    }

    @Test
    void sources_are_rendered_in_their_order() {
        var target = render(source(APPS, "web", "main"), source(APPS, "db", "next"));

        assertThat(target.revisions()).containsExactly("@main", "@next");
        assertThat(target.manifests())
                .extracting(it -> it.object().get("path"))
                .containsExactly("web", "db");
    }

    @Test
    void a_source_that_others_only_read_has_no_manifests_and_no_type() {
        var target = render(source(APPS, "web", "main"), reference(VALUES, "values"));

        assertThat(target.manifests()).hasSize(1);
        assertThat(target.origins())
                .containsExactly(
                        new Origin("@main", Optional.of(Source.Type.HELM), false),
                        new Origin("@main", Optional.empty(), false));
    }

    @Test
    void a_source_with_a_ref_and_a_path_is_read_and_rendered() {
        var both =
                Map.<String, Object>of(
                        "repoURL", APPS, "path", "db", "targetRevision", "main", "ref", "apps");

        render(source(APPS, "web", "main"), both);

        assertThat(rendered).hasSize(2);
        assertThat(rendered.getFirst().root().file("$apps/db/d")).isPresent();
    }

    @Test
    void files_of_other_sources_are_found_by_their_refs_and_by_nothing_else() {
        render(source(APPS, "web", "main"), reference(VALUES, "values"));

        var root = rendered.getFirst().root();
        assertThat(root.file("$values/prod.yaml")).isPresent();
        assertThat(root.file("web/w")).isPresent();
        assertThat(root.file("prod.yaml")).isEmpty();
        assertThat(root.file("$other/prod.yaml")).isEmpty();
    }

    @Test
    void what_several_sources_follow_is_looked_for_once() {
        render(source(APPS, "web", "main"), source(APPS, "db", "main"), source(APPS, "db", "next"));

        assertThat(resolved).containsExactly(APPS + " main []", APPS + " next []");
    }

    @Test
    void a_push_is_looked_for_only_in_its_own_repository() {
        service.render(
                sources(source(APPS, "web", "main"), reference(VALUES, "values")),
                BUILD,
                Access.NONE,
                List.of(),
                FetchDemand.including("host/values", "e1", "c1"),
                false);

        assertThat(resolved).containsExactly(APPS + " main []", VALUES + " main [c1]");
    }

    @Test
    void other_revisions_may_be_asked_for() {
        var target =
                service.render(
                        sources(
                                source(APPS, "web", "main"),
                                source(APPS, "db", "main"),
                                source(APPS, "db", "next")),
                        BUILD,
                        Access.NONE,
                        List.of("", "old"),
                        FetchDemand.ANY,
                        false);

        assertThat(target.revisions()).containsExactly("@main", "@old", "@next");
    }

    @Test
    void a_chart_is_rendered_whole_with_the_files_of_other_sources() {
        content.put("https://charts.example web", new MemoryFolder().with("Chart.yaml", "name: w"));
        Map<String, Object> chart =
                Map.of("repoURL", "https://charts.example", "chart", "web", "path", "ignored");

        var target = render(chart, reference(VALUES, "values"));

        assertThat(target.revisions()).containsExactly("version of *", "@main");
        var request = rendered.getFirst();
        assertThat(request.revision()).isEqualTo("version of *");
        assertThat(request.folder().file("Chart.yaml")).isPresent();
        assertThat(request.root().file("$values/prod.yaml")).isPresent();
    }

    @Test
    void every_repository_is_verified_by_what_is_demanded_of_it_alone() {
        render(
                url -> url.equals(VALUES) ? SIGNED : new Demand.Nothing(),
                source(APPS, "web", "main"),
                reference(VALUES, "values"));

        assertThat(verified).containsExactly(VALUES + " main @main");
        assertThat(rendered).hasSize(1);
    }

    @Test
    void what_is_not_signed_as_it_must_be_is_not_rendered_even_if_it_is_only_read() {
        problems.put("@main", List.of("unsigned", "and more"));

        assertThatThrownBy(
                        () ->
                                render(
                                        _ -> SIGNED,
                                        source(APPS, "web", "next"),
                                        reference(VALUES, "values")))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessage("spec.sources[1]: unsigned\nand more");
        assertThat(rendered).isEmpty();
    }

    @Test
    void what_no_commit_can_meet_is_refused() {
        assertThatThrownBy(
                        () ->
                                render(
                                        _ -> new Demand.Unmeetable("There is no project"),
                                        source(APPS, "web", "main")))
                .hasMessage("spec.sources[0]: There is no project");
        assertThat(rendered).isEmpty();
    }

    @Test
    void charts_have_no_commits_that_could_be_verified() {
        content.put("https://charts.example web", new MemoryFolder().with("Chart.yaml", "name: w"));

        render(_ -> SIGNED, Map.of("repoURL", "https://charts.example", "chart", "web"));

        assertThat(verified).isEmpty();
        assertThat(rendered).hasSize(1);
    }

    private Artefact chart(String name) {
        return new Artefact() {
            @Override
            public String resolve(String targetRevision, FetchDemand fetch) {
                return "version of " + targetRevision;
            }

            @Override
            public Folder folder(String version, String path) {
                return Objects.requireNonNull(content.get(name)).folder(path).orElseThrow();
            }
        };
    }

    @Test
    void a_failure_says_which_source_it_is_of() {
        assertThatThrownBy(() -> render(source(APPS, "web", "main"), reference("gone", "values")))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessage("spec.sources[1]: No such repository");
    }

    @SafeVarargs
    private TargetState render(Map<String, Object>... sources) {
        return service.render(
                sources(sources), BUILD, Access.NONE, List.of(), FetchDemand.ANY, false);
    }

    @SafeVarargs
    private void render(Function<String, Demand> integrity, Map<String, Object>... sources) {
        service.render(
                sources(sources),
                BUILD,
                Accesses.demanding(integrity),
                List.of(),
                FetchDemand.ANY,
                false);
    }

    @SafeVarargs
    private static Sources sources(Map<String, Object>... sources) {
        return Sources.read(Map.of("sources", Arrays.asList(sources)));
    }

    private static Map<String, Object> source(String url, String path, String revision) {
        return Map.of("repoURL", url, "path", path, "targetRevision", revision);
    }

    private static Map<String, Object> reference(String url, String ref) {
        return Map.of("repoURL", url, "ref", ref, "targetRevision", "main");
    }

    private static Manifest named(Source source) {
        return new Manifest(Map.of("path", source.path()), "");
    }
}
