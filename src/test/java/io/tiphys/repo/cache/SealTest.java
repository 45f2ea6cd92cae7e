package io.tiphys.repo.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Manifest;
import io.tiphys.repo.Rendered;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealTest {

    private final Seal seal = new Seal(new byte[Seal.KEY_BYTES]);

    @Test
    void what_was_closed_opens_as_it_was() {
        var object = new LinkedHashMap<String, Object>();
        object.put("z", Arrays.asList(1, -1L << 40, BigInteger.TWO.pow(63), 0.1, 1e300, null));
        object.put("a", Map.of("ä\n\"\0\uD83D\uDE00", "\uD83D", "", true));
        object.put("nothing", null);
        object.put("long", "x".repeat(30_000_000));
        var rendered = Rendered.of(List.of(new Manifest(object, "a.yaml"), aManifest("b")));

        var opened = seal.open("inputs", seal.close("inputs", rendered)).orElseThrow();

        assertThat(opened).isEqualTo(rendered);
        assertThat(opened.manifests().getFirst().object().keySet())
                .containsExactly("z", "a", "nothing", "long");
    }

    @Test
    void that_it_varies_is_kept() {
        var rendered = Rendered.of(List.of(aManifest("a")), true);

        assertThat(seal.open("inputs", seal.close("inputs", rendered))).contains(rendered);
    }

    @Test
    void no_byte_of_it_can_be_another() {
        var sealed = seal.close("inputs", Rendered.of(List.of(aManifest("a"))));

        for (int i = 0; i < sealed.length; i++) {
            var damaged = sealed.clone();
            damaged[i] ^= 1;
            assertThat(seal.open("inputs", damaged)).isEmpty();
            assertThat(seal.open("inputs", Arrays.copyOf(sealed, i))).isEmpty();
        }
        assertThat(seal.open("inputs", Arrays.copyOf(sealed, sealed.length + 1))).isEmpty();
    }

    @Test
    void what_was_rendered_from_other_inputs_does_not_open() {
        var sealed = seal.close("inputs", Rendered.of(List.of(aManifest("a"))));

        assertThat(seal.open("others", sealed)).isEmpty();
    }

    @Test
    void what_somebody_without_the_key_wrote_does_not_open() {
        var other = new byte[Seal.KEY_BYTES];
        other[0] = 1;
        var sealed = new Seal(other).close("inputs", Rendered.of(List.of(aManifest("a"))));

        assertThat(seal.open("inputs", sealed)).isEmpty();
    }

    @Test
    void keys_made_of_one_secret_for_other_purposes_are_others() {
        var sealed = Seal.derived("secret", "one").close("inputs", Rendered.of(List.of()));

        assertThat(Seal.derived("secret", "one").open("inputs", sealed)).isPresent();
        assertThat(Seal.derived("secret", "two").open("inputs", sealed)).isEmpty();
        assertThat(Seal.derived("Secret", "one").open("inputs", sealed)).isEmpty();
    }

    @Test
    void its_mark_tells_keys_apart() {
        assertThat(Seal.derived("secret", "one").mark())
                .hasSize(8)
                .isEqualTo(Seal.derived("secret", "one").mark())
                .isNotEqualTo(Seal.derived("secret", "two").mark());
    }

    @Test
    void it_is_much_smaller_than_the_manifests() {
        var manifests = new ArrayList<Manifest>();
        for (int i = 0; i < 100; i++) {
            manifests.add(aManifest("number-" + i));
        }
        var rendered = Rendered.of(manifests);

        assertThat(seal.close("inputs", rendered).length).isLessThan((int) rendered.bytes() / 20);
    }

    private static Manifest aManifest(String name) {
        return new Manifest(
                Map.of("apiVersion", "v1", "kind", "A", "metadata", Map.of("name", name)),
                "a.yaml");
    }
}
