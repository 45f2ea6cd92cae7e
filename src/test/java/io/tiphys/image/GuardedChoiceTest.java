package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Withheld;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.core.model.Application;
import io.tiphys.store.crd.ApplicationReader;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedChoiceTest {

    private static final String SERVICE = "argocd-image-updater <noreply@argoproj.io>";
    private static final String ADA = "Ada <ada@example.org>";
    private static final String VALUES = "app/values.yaml";
    private static final String MANIFEST = "app/web.yaml";
    private static final Target TARGET = new Target.HelmValues(VALUES);

    private final Map<String, String> annotations = new HashMap<>();
    private final PastFiles files = new PastFiles();

    /// A file of each kind, with a tag to be filled in.
    record Kind(Target target, String path, UnaryOperator<String> text) {}

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(TARGET, VALUES, "image:\n  tag: \"%s\"\n"::formatted),
                new Kind(
                        new Target.Kustomization("app"),
                        "app/kustomization.yaml",
                        "images:\n- name: registry.local/web\n  newTag: \"%s\"\n"::formatted),
                new Kind(
                        new Target.Manifests("app", true),
                        "app/pod.yaml",
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: web}
                        spec: {containers: [{name: web, image: "registry.local/web:%s"}]}
                        """
                                ::formatted),
                new Kind(
                        new Target.Manifests("app", true),
                        "app/marked.yaml",
                        """
                        tag: "%s" # {"$imagepolicy": "any:web:tag"}
                        """
                                ::formatted),
                new Kind(
                        new Target.SourceFile("app", ".argocd-source-app.yaml"),
                        "app/.argocd-source-app.yaml",
                        """
                        helm:
                          parameters:
                          - name: image.tag
                            value: "%s"
                        """
                                ::formatted));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void what_a_person_took_back_is_not_written_again(Kind kind) {
        // Given
        files.with("app/Chart.yaml", "name: app\n");
        files.was(kind.path(), ADA, kind.text().apply("1.4"));
        files.was(kind.path(), SERVICE, kind.text().apply("1.5"));
        files.was(kind.path(), ADA, kind.text().apply("1.4"));

        // When
        var again = choice("1.5");
        var older = choice("1.4.9");
        var newer = choice("1.6");

        // Then
        assertThat(edit(kind.target(), again)).isEmpty();
        assertThat(again.left())
                .get()
                .extracting(GuardedChoice.Left::withheld)
                .isEqualTo(held("1.5"));
        assertThat(again.left().get().file()).isEqualTo(kind.path());
        assertThat(again.left().get().before()).hasToString("1.4");
        assertThat(edit(kind.target(), older)).isEmpty();
        assertThat(edit(kind.target(), newer)).hasSize(1);
        assertThat(newer.left()).isEmpty();
    }

    @Test
    void what_was_taken_back_of_another_image_in_the_file_is_no_matter() {
        var pod =
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  containers:
                  - {name: web, image: "registry.local/web:1.4"}
                  - {name: proxy, image: "registry.local/proxy:%s"}
                """;
        files.was("app/pod.yaml", ADA, pod.formatted("1.4"));
        files.was("app/pod.yaml", SERVICE, pod.formatted("1.5"));
        files.was("app/pod.yaml", ADA, pod.formatted("1.4"));

        assertThat(edit(new Target.Manifests("app", true), choice("1.5"))).hasSize(1);
    }

    @Test
    void a_deleted_file_of_parameters_is_a_revert() {
        files.with("app/Chart.yaml", "name: app\n").with(VALUES, "image: {tag: \"1.4\"}\n");
        var path = "app/.argocd-source-app.yaml";
        files.was(path, ADA, null);
        files.was(path, SERVICE, "helm: {parameters: [{name: image.tag, value: \"1.5\"}]}\n");
        files.was(path, ADA, null);

        var choice = choice("1.5");

        assertThat(edit(new Target.SourceFile("app", ".argocd-source-app.yaml"), choice)).isEmpty();
        assertThat(choice.left()).isPresent();
    }

    @Test
    void a_file_that_was_deleted_and_made_again_begins_anew() {
        files.was(VALUES, SERVICE, "image: {tag: \"1.5\"}\n");
        files.was(VALUES, ADA, null);
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\n");

        assertThat(edit(TARGET, choice("1.5"))).hasSize(1);
    }

    @Test
    void a_version_that_cannot_be_read_is_passed_over() {
        files.was(VALUES, SERVICE, "image: {tag: \"1.5\"}\n");
        files.was(VALUES, ADA, "image: {tag: [\"1.5\"\n");
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\n");

        assertThat(edit(TARGET, choice("1.5"))).isEmpty();
    }

    @Test
    void what_is_approved_is_written() {
        annotations.put("tiphys.io/image-approved", "web=1.5");
        files.was(VALUES, SERVICE, "image: {tag: \"1.5\"}\n");
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\n");

        var choice = choice("1.5");

        assertThat(edit(TARGET, choice)).hasSize(1);
        assertThat(choice.isDone()).isTrue();
    }

    @Test
    void another_image_of_the_file_goes_on() {
        annotations.put(ImageList.PREFIX + "web.helm.image-tag", "other.tag");
        files.was(VALUES, SERVICE, "image: {tag: \"1.5\"}\nother: {tag: \"1.4\"}\n");
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\nother: {tag: \"1.4\"}\n");

        assertThat(edit(TARGET, choice("1.5"))).hasSize(1);
    }

    @Test
    void two_images_of_the_same_file_have_each_its_own_past() {
        files.was(VALUES, SERVICE, "image: {tag: \"1.5\"}\nother: {tag: \"1.4\"}\n");
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\nother: {tag: \"1.4\"}\n");

        assertThat(edit(TARGET, choice("1.5"))).isEmpty();
        annotations.put(ImageList.PREFIX + "web.helm.image-tag", "other.tag");
        assertThat(edit(TARGET, choice("1.5"))).hasSize(1);
    }

    @Test
    void nothing_of_a_dry_run_is_written_and_all_of_it_told() {
        annotations.put("tiphys.io/image-updates", "dry-run");
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\n");

        var choice = choice("1.5");

        assertThat(edit(TARGET, choice)).isEmpty();
        assertThat(choice.left().map(it -> it.withheld().reason()))
                .contains(Withheld.Reason.DRY_RUN);
        assertThat(choice.isDone()).isFalse();
    }

    @Test
    void what_was_left_in_a_file_that_is_gone_is_told_no_more() {
        annotations.put("tiphys.io/image-updates", "dry-run");
        files.was(MANIFEST, ADA, "containers: [{image: 'registry.local/web:1.4'}]\n");
        var choice = choice("1.5");

        assertThat(made(choice)).isEmpty();
        assertThat(choice.left()).isPresent();
        files.was(MANIFEST, ADA, null);

        assertThat(made(choice)).isEmpty();
        assertThat(choice.left()).isEmpty();
    }

    @Test
    void the_past_is_not_asked_for_where_there_is_nothing_to_write() {
        files.was(VALUES, ADA, "image: {tag: \"1.5\"}\n");

        var choice = choice("1.5");

        assertThat(edit(TARGET, choice)).isEmpty();
        assertThat(files.asked()).isZero();
        assertThat(choice.left()).isEmpty();
        assertThat(choice.isDone()).isTrue();
    }

    @Test
    void what_cannot_be_chosen_yet_is_not_done() {
        annotations.put(ImageList.PREFIX + "web.minimum-age", "1h");
        files.was(VALUES, ADA, "image: {tag: \"1.4\"}\n");

        assertThat(choice("1.5").isDone()).isFalse();
    }

    private Withheld held(String tag) {
        return new Withheld("web", tag, Withheld.Reason.TAKEN_BACK, files.commit(3));
    }

    private List<FileEdit.Change> edit(Target target, GuardedChoice choice) {
        return new TargetEdit(new EditedFiles(files), application(), image(), choice).in(target);
    }

    private List<CommitStyle.Change> made(GuardedChoice choice) {
        return MadeEdit.changes(
                new EditedFiles(files),
                new BranchCommits.Request(
                        application(), image(), new Target.Manifests("app", false), choice));
    }

    private GuardedChoice choice(String tag) {
        var image = image();
        return new GuardedChoice(
                image,
                Consent.of(annotations, image),
                SERVICE,
                named ->
                        TagChoice.of(
                                        image,
                                        named.candidate(),
                                        List.of(Candidate.of(tag)),
                                        Instant.EPOCH)
                                .chosen()
                                .map(it -> new Retag(it.tag(), it.digest())));
    }

    private TrackedImage image() {
        annotations.put(ImageList.IMAGE_LIST, "web=registry.local/web:1.x");
        return ImageList.parse(annotations).images().getFirst();
    }

    private static Application application() {
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", "argocd", "name", "app"),
                        "spec",
                        Map.of(
                                "source",
                                Map.of("repoURL", "https://h/r", "path", "app"),
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }
}
