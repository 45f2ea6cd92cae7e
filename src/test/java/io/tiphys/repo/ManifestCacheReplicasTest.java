package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Several processes that share what they render.
class ManifestCacheReplicasTest {

    private final Map<String, Rendered> shared = new HashMap<>();
    private final Map<String, Rendered> kept = new HashMap<>();
    private int rendered;

    /// Comes out otherwise each time, and nobody knows.
    private final Rendering plain = new Rendering(Source.Type.HELM, "plain", this::render);

    private final Rendering random = new Rendering(Source.Type.HELM, "random", true, this::render);

    @Test
    void what_one_replica_rendered_no_other_renders() {
        var first = replica().get(plain);

        assertThat(replica().get(plain)).isEqualTo(first);
        assertThat(rendered).isEqualTo(1);
    }

    @Test
    void what_another_replica_rendered_is_kept_like_what_came_out_here() {
        var first = replica().get(plain);
        replica(kept).get(plain);
        shared.clear();

        assertThat(replica(kept).get(plain)).isEqualTo(first);
        assertThat(rendered).isEqualTo(1);
    }

    @Test
    void replicas_that_render_at_the_same_time_agree_on_what_came_out_first() {
        var one = replica();
        var other = replica();
        var first = new ArrayList<Rendered>();

        var second =
                one.get(
                        new Rendering(
                                random.type(),
                                random.inputs(),
                                () -> {
                                    first.add(other.get(random));
                                    return render();
                                }));

        assertThat(rendered).isEqualTo(2);
        assertThat(first).containsExactly(second);
        assertThat(one.get(random)).isEqualTo(second);
        assertThat(other.get(random)).isEqualTo(second);
    }

    @Test
    void a_hard_refresh_of_one_replica_counts_for_the_others() {
        var one = replica();
        var other = replica();
        one.get(random);
        other.get(random);

        var renewed = one.renew(random);

        assertThat(other.get(random)).isEqualTo(renewed);
        assertThat(one.get(random)).isEqualTo(renewed);
        assertThat(rendered).isEqualTo(2);
    }

    @Test
    void a_hard_refresh_finds_that_it_varies_from_what_another_replica_rendered() {
        var other = replica();
        assertThat(other.get(random).varies()).isFalse();

        assertThat(replica().renew(random).varies()).isTrue();
        assertThat(other.get(random).varies()).isTrue();
    }

    @Test
    void replicas_that_could_not_ask_each_other_agree_when_they_can() {
        var one = replica();
        var other = replica();
        one.get(random);
        shared.clear();
        var held = other.get(random);
        shared.clear();

        assertThat(other.get(random)).isEqualTo(held);
        assertThat(one.get(random)).isEqualTo(held);
        shared.clear();
        assertThat(one.get(random)).isEqualTo(held);
        assertThat(rendered).isEqualTo(2);
    }

    @Test
    void a_restart_does_not_bring_back_what_replicas_gave_up() {
        replica(kept).get(random);
        var renewed = replica().renew(random);

        assertThat(replica(kept).get(random)).isEqualTo(renewed);
        assertThat(kept).containsValue(renewed);
    }

    private ManifestCache replica() {
        return replica(new HashMap<>());
    }

    /// @param kept on its disk
    private ManifestCache replica(Map<String, Rendered> kept) {
        return new ManifestCache(
                1 << 20, new MemoryStore(kept), new SharedMap(shared), InstantSource.system());
    }

    private Rendered render() {
        rendered++;
        return Rendered.of(List.of(new Manifest(Map.of("kind", "A", "key", rendered), "a.yaml")));
    }
}
