package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.WriteBackPlan.Commit;
import io.tiphys.core.image.WriteBackPlan.Impossible;
import io.tiphys.core.image.WriteBackPlan.Specification;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.core.model.Application;
import io.tiphys.store.crd.ApplicationReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteBackPlanTest {

    private static final Map<String, Object> HELM =
            Map.of(
                    "repoURL",
                    "https://h/r",
                    "path",
                    "apps/web",
                    "targetRevision",
                    "main",
                    "helm",
                    Map.of("releaseName", "web"));

    @Test
    void nothing_said_is_the_applications_own_parameters() {
        assertThat(plan(application(HELM))).isEqualTo(new Specification());
        assertThat(plan(application(HELM, "write-back-method", "argocd")))
                .isEqualTo(new Specification());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "; SourceFile[folder=apps/web, name=.argocd-source-shop.yaml]",
                "kustomization; Kustomization[folder=apps/web]",
                "kustomization:../base; Kustomization[folder=apps/base]",
                "kustomization:/overlays/prod; Kustomization[folder=overlays/prod]",
                "kustomization:/; Kustomization[folder=]",
                "helmvalues; HelmValues[file=apps/web/values.yaml]",
                "helmvalues:prod/values.yaml; HelmValues[file=apps/web/prod/values.yaml]",
                "helmvalues:/env/prod.yaml; HelmValues[file=env/prod.yaml]",
                "helmvalues:./../x.yaml; HelmValues[file=apps/x.yaml]",
                "manifests; Manifests[folder=apps/web, recurse=false]",
                "manifests:/k8s; Manifests[folder=k8s, recurse=false]",
            })
    void a_target_is_a_file_or_a_folder_of_the_repository(
            @Nullable String target, String expected) {
        var plan =
                plan(
                        application(
                                HELM,
                                "write-back-method",
                                "git",
                                "write-back-target",
                                target == null ? "" : target));

        assertThat(plan).isInstanceOf(Commit.class);
        assertThat(((Commit) plan).target()).hasToString(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'', main, ",
        "dev, dev, ",
        "dev:updates, dev, updates",
        ":updates, main, updates",
        "dev:dev, dev, ",
        "dev:, dev, ",
        "'main:u-{{ .SHA256 }}', main, u-{{ .SHA256 }}",
    })
    void a_branch_is_read_and_perhaps_another_pushed_to(
            String annotation, String base, @Nullable String pushed) {
        var plan = plan(application(HELM, "write-back-method", "git", "git-branch", annotation));

        assertThat(plan)
                .isEqualTo(
                        new Commit(
                                "https://h/r",
                                base,
                                Optional.ofNullable(pushed),
                                new Target.SourceFile("apps/web", ".argocd-source-shop.yaml"),
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void tags_of_a_chart_go_to_a_repository_that_is_named_or_to_its_parameters() {
        var chart = Map.<String, Object>of("repoURL", "https://h/charts", "chart", "web");

        assertThat(plan(application(chart))).isEqualTo(new Specification());
        assertThat(
                        plan(
                                application(
                                        chart,
                                        "write-back-method",
                                        "git",
                                        "git-repository",
                                        "https://h/values",
                                        "write-back-target",
                                        "helmvalues:/web.yaml")))
                .isEqualTo(
                        new Commit(
                                "https://h/values",
                                "HEAD",
                                Optional.empty(),
                                new Target.HelmValues("web.yaml"),
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void tags_of_a_chart_go_to_the_source_that_has_its_values() {
        var sources =
                List.of(
                        Map.of("repoURL", "https://h/charts", "chart", "web"),
                        Map.of(
                                "repoURL",
                                "https://h/values",
                                "targetRevision",
                                "prod",
                                "ref",
                                "v"));

        assertThat(
                        plan(
                                ofSources(
                                        Map.of("sources", sources),
                                        "write-back-method",
                                        "git",
                                        "write-back-target",
                                        "helmvalues:/web.yaml")))
                .isEqualTo(
                        new Commit(
                                "https://h/values",
                                "prod",
                                Optional.empty(),
                                new Target.HelmValues("web.yaml"),
                                Optional.empty(),
                                Optional.empty()));
        assertThat(problem(ofSources(Map.of("sources", sources), "write-back-method", "git")))
                .startsWith("nothing in Git is laid over a chart");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"kustomization:../../..", "helmvalues:/../x.yaml", "manifests:../../../a"})
    void a_target_outside_of_the_repository_is_refused(String target) {
        assertThat(
                        problem(
                                application(
                                        HELM,
                                        "write-back-method",
                                        "git",
                                        "write-back-target",
                                        target)))
                .endsWith("leads out of the repository");
    }

    @Test
    void what_is_not_known_is_told() {
        assertThat(problem(application(HELM, "write-back-method", "pigeon")))
                .isEqualTo(
                        "write-back-method must be argocd, git or git:secret:<name>, and is"
                                + " 'pigeon'");
        assertThat(problem(application(HELM, "write-back-method", "git", "write-back-target", "x")))
                .contains("must be kustomization, helmvalues or manifests");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "git, ",
        "git:repocreds, ",
        "git:secret:creds, creds",
        "git:secret:argocd/creds, creds",
    })
    void a_secret_of_the_applications_namespace_is_pushed_with(
            String method, @Nullable String secret) {
        var plan = plan(application(HELM, "write-back-method", method));

        assertThat(plan).isInstanceOf(Commit.class);
        assertThat(((Commit) plan).secret()).isEqualTo(Optional.ofNullable(secret));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"git:secret:team/creds", "git:secret:", "git:secret:a/b/c", "git:x"})
    void another_namespaces_secret_and_what_names_none_are_refused(String method) {
        assertThat(problem(application(HELM, "write-back-method", method)))
                .startsWith("write-back-method ");
    }

    @Test
    void a_plain_directory_has_no_parameters() {
        var directory =
                Map.<String, Object>of(
                        "repoURL", "https://h/r", "directory", Map.of("recurse", true));

        assertThat(problem(application(directory))).contains("type Directory has no parameters");
        assertThat(problem(application(directory, "write-back-method", "git")))
                .contains("write-back-target manifests");
        assertThat(
                        plan(
                                application(
                                        directory,
                                        "write-back-method",
                                        "git",
                                        "write-back-target",
                                        "manifests")))
                .isInstanceOf(Commit.class);
    }

    @Test
    void a_plugin_has_parameters_for_images_that_name_its_variables() {
        var application =
                application(Map.of("repoURL", "https://h/r", "plugin", Map.of("name", "tool")));
        var keys = new ImageKeys.Plugin(Optional.empty(), Optional.empty(), Optional.of("APP"));

        assertThat(problem(application)).contains("type Plugin has no parameters");
        assertThat(WriteBackPlan.of(application, listOf(keys))).isEqualTo(new Specification());
        assertThat(WriteBackPlan.of(application(HELM), listOf(keys)))
                .isEqualTo(new Specification());
    }

    private static ImageList listOf(ImageKeys keys) {
        var named = ImageList.parse(Map.of(ImageList.IMAGE_LIST, "app=registry.local/app"));
        var image = named.images().getFirst();
        return new ImageList(
                List.of(
                        new TrackedImage(
                                image.alias(),
                                image.image(),
                                image.located(),
                                image.spelled(),
                                image.strategy(),
                                image.tags(),
                                image.platforms(),
                                image.minimumAge(),
                                image.pullSecret(),
                                image.signer(),
                                keys)),
                List.of(),
                named.writeBack());
    }

    private static String problem(Application application) {
        return plan(application) instanceof Impossible(var problem) ? problem : "no problem";
    }

    private static WriteBackPlan plan(Application application) {
        return WriteBackPlan.of(application, ImageList.parse(application.annotations()));
    }

    private static Application application(Map<String, Object> source, String... annotations) {
        return ofSources(Map.of("source", source), annotations);
    }

    /// @param annotations names and values in turns
    private static Application ofSources(Map<String, Object> sources, String... annotations) {
        var all = new HashMap<String, Object>();
        for (int i = 0; i < annotations.length; i += 2) {
            all.put(ImageList.PREFIX + annotations[i], annotations[i + 1]);
        }
        var spec = new HashMap<>(sources);
        spec.put("destination", Map.of("server", "https://kubernetes.default.svc"));
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", "argocd", "name", "shop", "annotations", all),
                        "spec",
                        spec));
    }
}
