package io.tiphys.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.FileText;
import io.tiphys.core.image.RefusedEditException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingTest extends AgainstMemoryBranch {

    private static final String PATH = "a/values.yaml";

    private final AtomicInteger checks = new AtomicInteger();

    @BeforeEach
    void aFile() {
        files.with(PATH, "image: {tag: 1.0.0}\n");
    }

    @Test
    void what_was_made_before_its_turn_is_taken_and_checked_once() {
        var waiting = waiting(checks::incrementAndGet);

        assertThat(edited(waiting)).isEqualTo("early");
        waiting.check();
        assertThat(waiting.isSound()).isTrue();

        assertThat(edited(waiting)).isEqualTo("early");
        assertThat(checks).hasValue(1);
    }

    @Test
    void what_was_not_as_it_was_meant_is_made_anew() {
        var waiting =
                waiting(
                        () -> {
                            throw new IllegalStateException("broken on purpose");
                        });

        assertThat(edited(waiting)).isEqualTo("early");
        assertThat(waiting.isSound()).isFalse();

        assertThat(edited(waiting)).isEqualTo("image: {tag: 2.0.0}\n");
        assertThat(waiting.failure).isNull();
        assertThat(waiting.isSound()).isTrue();
    }

    @Test
    void of_what_failed_before_its_turn_there_is_nothing_to_be_made_anew() {
        var failure = new RefusedEditException("no");
        var early = new MadeEdit(new EditedFiles(files), List.of(), failure);
        var waiting = new Waiting(request("a"), asking(), Optional.of(early));

        var edited = new EditedFiles(files);
        waiting.edit(edited);

        assertThat(waiting.isSound()).isTrue();
        assertThat(waiting.failure).isSameAs(failure);
        assertThat(edited.edited()).isEmpty();
    }

    @Test
    void what_is_made_in_its_turn_is_sound() {
        var waiting = new Waiting(request("a"), asking(), Optional.empty());

        assertThat(edited(waiting)).isEqualTo("image: {tag: 2.0.0}\n");
        assertThat(waiting.isSound()).isTrue();
    }

    private Waiting waiting(Runnable check) {
        var early = new EditedFiles(files);
        early.put(
                PATH,
                new FileText("image: {tag: 1.0.0}\n"),
                new FileEdit(new FileText("early"), List.of(), check));
        return new Waiting(
                request("a"), asking(), Optional.of(new MadeEdit(early, List.of(), null)));
    }

    private static WriteBack asking() {
        return PushedImages.asking(request("a").application().id(), "1", 0);
    }

    private String edited(Waiting waiting) {
        var edited = new EditedFiles(files);
        waiting.edit(edited);
        return new String(edited.edited().get(PATH), UTF_8);
    }
}
