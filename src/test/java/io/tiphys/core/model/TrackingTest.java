package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingTest {

    private static final ResourceKey WEB = new ResourceKey("apps", "Deployment", "shop", "web");

    private static final Manifest MANIFEST =
            new Manifest(
                    Map.of(
                            "apiVersion",
                            "apps/v1",
                            "kind",
                            "Deployment",
                            "metadata",
                            Map.of("name", "web", "namespace", "shop")),
                    "web.yaml");

    @ParameterizedTest
    @ValueSource(strings = {"annotation", "label", "annotation+label", "", "nonsense"})
    void what_was_stamped_names_its_application(String method) {
        var tracking = tracking(method, "", "");

        var stamped = tracking.stamp("shop", MANIFEST);

        assertThat(tracking.application(WEB, stamped.object())).contains("shop");
        assertThat(stamped.origin()).isEqualTo("web.yaml");
    }

    @ParameterizedTest
    @CsvSource({
        "annotation, true, false",
        "label, false, true",
        "annotation+label, true, true",
        "nonsense, true, false"
    })
    void only_what_the_method_needs_is_written(String method, boolean annotation, boolean label) {
        var stamped = tracking(method, "", "").stamp("shop", MANIFEST);

        assertThat(stamped.annotations().containsKey(Annotations.TRACKING_ID))
                .isEqualTo(annotation);
        assertThat(labels(stamped).containsKey("app.kubernetes.io/instance")).isEqualTo(label);
    }

    @Test
    void a_label_counts_only_where_labels_do() {
        var labelled = tracking("label", "", "").stamp("shop", MANIFEST).object();

        assertThat(tracking("annotation", "", "").application(WEB, labelled)).isEmpty();
        assertThat(tracking("annotation+label", "", "").application(WEB, labelled)).isEmpty();
    }

    @Test
    void a_copied_annotation_names_nobody_even_beside_a_label() {
        var tracking = tracking("annotation+label", "", "");
        var stamped = tracking.stamp("shop", MANIFEST).object();

        assertThat(tracking.application(WEB.named("copy"), stamped)).isEmpty();
    }

    @Test
    void the_label_may_be_another() {
        var tracking = tracking("label", "example.org/app", "");

        var stamped = tracking.stamp("shop", MANIFEST);

        assertThat(labels(stamped)).containsExactly(Map.entry("example.org/app", "shop"));
        assertThat(tracking("label", "", "").application(WEB, stamped.object())).isEmpty();
    }

    @Test
    void what_another_installation_stamped_belongs_to_nobody_here() {
        var ours = tracking("annotation", "", "ours");
        var theirs = tracking("annotation", "", "theirs").stamp("shop", MANIFEST).object();

        assertThat(ours.application(WEB, theirs)).isEmpty();
        var nobodys = Tracking.DEFAULT.stamp("shop", MANIFEST).object();
        assertThat(ours.application(WEB, nobodys)).isEmpty();
        assertThat(ours.application(WEB, ours.stamp("shop", MANIFEST).object())).contains("shop");
    }

    @Test
    void a_long_name_is_cut_where_the_label_is_for_people_only() {
        var name = "a".repeat(61) + "--b";

        var stamped = tracking("annotation+label", "", "").stamp(name, MANIFEST);

        assertThat(labels(stamped)).containsValue("a".repeat(61));
        assertThat(tracking("annotation", "", "").application(WEB, stamped.object()))
                .contains(name);
    }

    @Test
    void a_method_that_is_none_is_told_and_annotations_count() {
        var settings = Map.of("application.resourceTrackingMethod", "labels");

        assertThat(Tracking.read(settings).method()).isEqualTo(Tracking.Method.ANNOTATION);
        assertThat(Tracking.problem(settings))
                .contains(
                        "application.resourceTrackingMethod: labels is none of annotation, label"
                                + " and annotation+label; annotation counts");
        assertThat(Tracking.problem(Map.of())).isEmpty();
    }

    private static Tracking tracking(String method, String labelKey, String installation) {
        return Tracking.read(
                Map.of(
                        "application.resourceTrackingMethod", method,
                        "application.instanceLabelKey", labelKey,
                        "installationID", installation));
    }

    private static Map<String, String> labels(Manifest manifest) {
        return Json.strings(manifest.object(), "metadata", "labels");
    }
}
