package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.tiphys.support.Deliveries;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What people do and say of an image comes before what is pushed to a registry.
///
/// Notifications of one image are handled in their order: what a later one brought shows that an
/// earlier one brought nothing.
@ExtendWith(SharedTiphys.class)
class ImageRestraintIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: held
              namespace: argocd
              annotations:
                argocd-image-updater.argoproj.io/image-list: "web=registry.local/team/held:1.x"
                argocd-image-updater.argoproj.io/write-back-method: git
                argocd-image-updater.argoproj.io/write-back-target: manifests
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: held}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: held}
            spec:
              replicas: 0
              selector: {matchLabels: {app: held}}
              template:
                metadata: {labels: {app: held}}
                spec: {containers: [{name: web, image: "registry.local/team/held:%s"}]}
            """;

    private static final String FILE = "held/deployment.yaml";

    private static final AtomicInteger PUSHES = new AtomicInteger();

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private final String before;

    ImageRestraintIT(Tiphys tiphys, SampleClone clone) throws Exception {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
        before = write("1.0.0");
        tiphys.create(APPLICATION);
        tiphys.awaitSynced("held", before);
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName("held").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/held").statusCode() != 200);
        clone.update().deleteAll("held").push("Remove it");
    }

    @Test
    void what_a_person_took_back_stays_so_until_a_newer_tag_or_an_approval_comes()
            throws Exception {
        // Given
        notify("1.1.0");
        var written = clone.awaitTipAfter(before);

        // When
        var revert = write("1.0.0");
        notify("1.1.0");
        notify("1.0.5");
        awaitCondition(
                "web: 1.1.0 is not written again: it was taken back by " + revert.substring(0, 7));
        notify("1.2.0");

        // Then
        var newer = clone.awaitTipAfter(revert);
        assertThat(clone.commits(written, newer)).containsExactly(newer, revert);
        assertThat(clone.read("main", FILE)).isEqualTo(DEPLOYMENT.formatted("1.2.0"));
        awaitNoCondition();

        // When: somebody wants what was taken back
        var again = write("1.1.0");
        notify("1.2.0");
        awaitCondition("taken back by " + again.substring(0, 7));
        approve("web=1.2.0");

        // Then
        var approved = clone.awaitTipAfter(again);
        assertThat(clone.read("main", FILE)).isEqualTo(DEPLOYMENT.formatted("1.2.0"));
        eventually().until(() -> said("image-approved").isEmpty());
        awaitNoCondition();
        assertThat(events("ImagesUpdated"))
                .filteredOn(it -> it.getMessage().endsWith(approved))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.getMessage())
                                    .startsWith("web: updated from 1.1.0 to 1.2.0");
                            assertThat(it.getMetadata().getAnnotations())
                                    .containsEntry("argocd-image-updater.image-0/new-tag", "1.2.0");
                        });

        // When: the approval is no more than that
        var once = write("1.1.0");
        notify("1.2.0");
        awaitCondition("taken back by " + once.substring(0, 7));

        // Then
        assertThat(clone.tip()).isEqualTo(once);
    }

    @Test
    void a_tag_waits_for_approval_and_is_written_when_it_comes() throws Exception {
        // Given
        say("image-updates", "approval");

        // When
        notify("1.1.0");
        notify("1.2.0");
        awaitCondition(
                "web: 1.2.0 waits for the annotation tiphys.io/image-approved to say web=1.2.0");
        assertThat(clone.tip()).isEqualTo(before);
        eventually()
                .until(
                        () ->
                                events("ImageUpdateWithheld").stream()
                                        .map(Event::getMessage)
                                        .anyMatch(
                                                it ->
                                                        it.contains("web: 1.2.0 waits")
                                                                && it.contains(FILE)));
        approve("web=1.1.0");

        // Then
        var first = clone.awaitTipAfter(before);
        assertThat(clone.read("main", FILE)).isEqualTo(DEPLOYMENT.formatted("1.1.0"));
        eventually().until(() -> said("image-approved").isEmpty());

        // When
        say("web.image-updates", "dry-run");
        notify("1.3.0");
        awaitCondition("web: 1.3.0: it would be written, and this is a dry run");
        say("web.image-updates", "paused");
        notify("1.4.0");
        say("image-updates", "automatic");
        notify("1.5.0");
        say("web.image-updates", "automatic");
        notify("1.6.0");

        // Then
        var second = clone.awaitTipAfter(first);
        assertThat(clone.commits(before, second)).isEqualTo(List.of(second, first));
        assertThat(clone.read("main", FILE)).isEqualTo(DEPLOYMENT.formatted("1.6.0"));
        awaitNoCondition();
    }

    private String write(String tag) throws Exception {
        return clone.update().write(FILE, DEPLOYMENT.formatted(tag)).push("As a person wants it");
    }

    /// Each time of another image: what is said twice is handled once. Returns when the service
    /// knows whom it concerns, by what they say of themselves until then.
    private void notify(String tag) {
        var before = handled();
        var digest = "sha256:%064x".formatted(PUSHES.incrementAndGet());
        assertThat(deliveries.imagePushed("team/held", tag, digest).statusCode()).isEqualTo(202);
        eventually().until(() -> handled() > before);
    }

    /// How many notifications of registries were.
    private double handled() {
        return tiphys.get("/metrics")
                .body()
                .lines()
                .filter(it -> it.startsWith("tiphys_events_age_seconds_count{"))
                .filter(it -> it.contains("topic=\"tiphys.image-events\""))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Returns when the service knows of it.
    private void say(String annotation, String text) {
        annotate(annotation, text);
        eventually().until(() -> said(annotation), it -> it.equals(text));
    }

    private void approve(String tag) {
        annotate("image-approved", tag);
    }

    private void annotate(String annotation, String text) {
        tiphys.patch(
                "held",
                """
                {"metadata": {"annotations": {"tiphys.io/%s": "%s"}}}
                """
                        .formatted(annotation, text));
    }

    private String said(String annotation) {
        return tiphys.application("held")
                .at("/metadata/annotations")
                .path("tiphys.io/" + annotation)
                .asText();
    }

    private void awaitCondition(String words) {
        eventually().until(this::conditions, it -> it.contains(words));
    }

    private void awaitNoCondition() {
        eventually().until(this::conditions, it -> !it.contains("ImageUpdateWarning"));
    }

    private String conditions() {
        return tiphys.application("held").at("/status/conditions").toString();
    }

    private List<Event> events(String reason) {
        return tiphys.cluster().v1().events().inNamespace("argocd").list().getItems().stream()
                .filter(it -> reason.equals(it.getReason()))
                .filter(it -> it.getInvolvedObject().getName().equals("held"))
                .toList();
    }
}
