package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackedObjectTest {

    @Test
    void what_was_packed_comes_back_the_same() {
        var object = new LinkedHashMap<String, Object>();
        object.put("kind", "Ärger \u0000 \uD83D\uDE80");
        object.put("numbers", List.of(1, 1.5, 12345678901L));
        object.put("nothing", null);
        object.put("more", Map.of("yes", true, "empty", Map.of(), "list", List.of()));

        assertThat(PackedObject.of(object).anew()).isEqualTo(object);
        assertThat(PackedObject.of(Map.of()).anew()).isEmpty();
    }

    @Test
    void who_has_it_in_hand_does_not_unpack_it_again() {
        var object = tree("{\"kind\":\"ConfigMap\"}");
        var packed = PackedObject.of(object);

        assertThat(packed.unpack()).isSameAs(object);
    }

    @Test
    void what_nobody_has_in_hand_is_not_held_twice() {
        var packed = PackedObject.of(tree("{\"kind\":\"ConfigMap\"}"));

        await().until(
                        () -> {
                            System.gc();
                            return !packed.isUnpacked();
                        });
        assertThat(packed.unpack()).isEqualTo(Map.of("kind", "ConfigMap"));
    }

    @Test
    void a_megabyte_of_one_annotation_packs_too() {
        var object = Map.<String, Object>of("metadata", Map.of("note", "x".repeat(1 << 20)));

        var packed = PackedObject.of(object);

        assertThat(packed.anew()).isEqualTo(object);
        assertThat(packed.size()).isLessThan(10_000);
    }

    @Test
    void a_small_object_takes_less_than_half_of_its_text() {
        var text =
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings",
                "namespace":"shop","uid":"6a1b9c0e-7d55-4a0e-9a44-0d1c5e1b7f10",
                "resourceVersion":"123456","creationTimestamp":"2026-05-04T10:11:12Z",
                "annotations":{"argocd.argoproj.io/tracking-id":"shop:/ConfigMap:shop/settings"},
                "managedFields":[{"manager":"argocd-controller","operation":"Apply",
                "apiVersion":"v1","time":"2026-05-04T10:11:12Z","fieldsType":"FieldsV1",
                "fieldsV1":{"f:data":{"f:color":{}},"f:metadata":{"f:annotations":{
                "f:argocd.argoproj.io/tracking-id":{}}}}}]},"data":{"color":"blue"}}
                """;

        assertThat(PackedObject.of(tree(text)).size()).isLessThan(text.length() / 2);
    }

    private static Map<String, Object> tree(String json) {
        try {
            return ApiJson.parse(json);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
