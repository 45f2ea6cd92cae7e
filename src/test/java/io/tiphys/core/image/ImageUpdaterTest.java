package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.support.Cases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ImageUpdaterTest {

    private static final List<Object> IMAGES =
            List.of(Map.of("alias", "web", "imageName", "nginx"));

    @TestFactory
    Stream<DynamicTest> an_application_follows_what_describes_it_most_closely() {
        return Cases.of("golden/updaters/matches").map(it -> test(it, () -> follows(it)));
    }

    private static void follows(Map<String, Object> given) {
        var updaters =
                Json.object(given, "updaters").entrySet().stream()
                        .map(it -> updater(it.getKey(), Map.of("applicationRefs", it.getValue())))
                        .toList();
        var namespace = Json.string(given, "application", "namespace");

        var match =
                ImageUpdater.of(
                        new ApplicationId(
                                namespace.isEmpty() ? "argocd" : namespace,
                                Json.string(given, "application", "name")),
                        Json.strings(given, "application", "labels"),
                        updaters);

        assertThat(match.map(it -> it.updater().id().name() + " " + it.reference().name()))
                .isEqualTo(
                        given.containsKey("follows")
                                ? Optional.of(Json.string(given, "follows"))
                                : Optional.empty());
        assertThat(match.stream().flatMap(it -> it.rivals().stream()))
                .extracting(ImageUpdater.Id::name)
                .isEqualTo(Json.array(given, "rivals"));
    }

    @TestFactory
    Stream<DynamicTest> a_resource_that_cannot_be_followed_says_why() {
        return Cases.of("golden/updaters/invalid").map(it -> test(it, () -> isInvalid(it)));
    }

    private static void isInvalid(Map<String, Object> given) {
        assertThatThrownBy(
                        () ->
                                ImageUpdaterReader.read(
                                        Json.object(given, "resource"), RegistryNames.USUAL))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(Json.string(given, "problem"));
    }

    @TestFactory
    Stream<DynamicTest> an_image_has_its_own_settings_before_those_of_others() {
        return Cases.of("golden/updaters/settings").map(it -> test(it, () -> isRead(it)));
    }

    private static void isRead(Map<String, Object> given) {
        var list = updater("one", Json.object(given, "spec")).references().getFirst().list();

        assertThat(list.isEmpty()).isEqualTo(Json.bool(given, "annotations"));
        list.ifPresent(
                it -> {
                    assertThat(it.images())
                            .map(ImageUpdaterTest::shown)
                            .isEqualTo(Json.array(given, "images"));
                    assertThat(it.problems())
                            .map(problem -> problem.entry() + ": " + problem.message())
                            .isEqualTo(Json.array(given, "problems"));
                    assertThat(Json.array(given, "ignored"))
                            .allMatch(tag -> ignores(it, String.valueOf(tag)));
                    assertThat(Json.array(given, "considered"))
                            .noneMatch(tag -> ignores(it, String.valueOf(tag)));
                    if (given.containsKey("writeBack")) {
                        assertThat(shown(it.writeBack()))
                                .isEqualTo(Json.string(given, "writeBack"));
                    }
                });
    }

    private static boolean ignores(ImageList list, String tag) {
        return list.images().getFirst().tags().ignores(tag);
    }

    private static String shown(TrackedImage image) {
        var words = new ArrayList<String>();
        words.add(image.alias().orElse("-"));
        words.add(image.repository());
        words.add(image.strategy().toString());
        image.platforms().forEach(it -> words.add(it.toString()));
        image.pullSecret()
                .ifPresent(it -> words.add(it.namespace() + "/" + it.name() + "#" + it.field()));
        image.signer().ifPresent(it -> words.add("signed by " + it));
        switch (image.keys()) {
            case ImageKeys.Usual() -> {}
            case ImageKeys.Helm(var name, var tag, var spec) ->
                    words.add(
                            spec.map(it -> "spec " + it)
                                    .orElseGet(() -> name.orElse("-") + " " + tag.orElse("-")));
            case ImageKeys.Plugin(var name, var tag, var spec) ->
                    words.add("plugin %s %s %s".formatted(name, tag, spec));
            case ImageKeys.Kustomize(var name) -> words.add("kustomize " + name);
        }
        return String.join(" ", words);
    }

    private static String shown(WriteBackSettings settings) {
        return "method=%s target=%s branch=%s repository=%s%s"
                .formatted(
                        settings.method(),
                        settings.target(),
                        settings.branch(),
                        settings.repository(),
                        settings.pullRequest()
                                .map(
                                        it ->
                                                " pull request at %s %s %s%s"
                                                        .formatted(
                                                                it.kind()
                                                                        .map(HostKind::text)
                                                                        .orElse("-"),
                                                                it.api().isEmpty() ? "-" : it.api(),
                                                                it.labels(),
                                                                it.merges() ? " merged" : ""))
                                .orElse(""));
    }

    @Test
    void who_writes_annotations_cannot_choose_who_signs() {
        var keys = Map.of("cosignKey", Map.of("secretName", "org", "key", "cosign.pub"));
        var annotated = Map.of("namePattern", "*", "useAnnotations", true);
        var annotations =
                Map.of(
                        ImageList.IMAGE_LIST,
                        "web=nginx",
                        ImageList.PREFIX + "cosign-key",
                        "secret:argocd/mine#cosign.pub");

        assertThat(
                        updater(
                                        "one",
                                        Map.of(
                                                "imagesVerification",
                                                keys,
                                                "applicationRefs",
                                                List.of(annotated)))
                                .references()
                                .getFirst()
                                .list(annotations, RegistryNames.USUAL)
                                .images()
                                .getFirst()
                                .signer())
                .contains(new Signer.Key("argocd", "org", "cosign.pub"));
        assertThat(
                        updater("one", Map.of("applicationRefs", List.of(annotated)))
                                .references()
                                .getFirst()
                                .list(annotations, RegistryNames.USUAL)
                                .images()
                                .getFirst()
                                .signer())
                .contains(new Signer.Key("argocd", "mine", "cosign.pub"));
    }

    @Test
    void another_namespace_is_not_looked_in_and_its_author_is_told() {
        var spec = Map.of("namespace", "team", "applicationRefs", List.of(reference("*")));

        assertThat(updater("one", spec).problems())
                .containsExactly(
                        "spec.namespace is not followed: Applications are looked for in the"
                                + " resource's own namespace, argocd");
        assertThat(updater("one", Map.of("applicationRefs", List.of(reference("*")))).problems())
                .isEmpty();
    }

    private static Map<String, Object> reference(String pattern) {
        return Map.of("namePattern", pattern, "images", IMAGES);
    }

    /// References without images and annotations get some.
    private static ImageUpdater updater(String name, Map<String, Object> spec) {
        var references =
                Json.array(spec, "applicationRefs").stream()
                        .map(
                                it -> {
                                    var reference = new LinkedHashMap<>(Json.object(it));
                                    if (!Json.bool(reference, "useAnnotations")) {
                                        reference.putIfAbsent("images", IMAGES);
                                    }
                                    return reference;
                                })
                        .toList();
        return ImageUpdaterReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", "argocd", "name", name),
                        "spec",
                        Json.with(spec, references, "applicationRefs")),
                RegistryNames.USUAL);
    }

    private static DynamicTest test(Map<String, Object> given, Runnable check) {
        return DynamicTest.dynamicTest(String.valueOf(given.get("is")), check::run);
    }
}
