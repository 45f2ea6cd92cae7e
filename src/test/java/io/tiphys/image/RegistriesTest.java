package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.Proof;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Verdict;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RegistriesTest {

    private static final TrackedImage WEB = image("1.x");

    private final Counted images = new Counted();
    private final Registries registries =
            new Registries(
                    images,
                    (image, project) -> ImageAccess.of(image.repository(), login(project)),
                    _ -> {
                        throw new UnsupportedOperationException();
                    });

    @Test
    void one_listing_serves_all_who_see_the_same_and_choose_in_the_same_way() {
        var candidates = registries.candidates();

        for (int i = 0; i < 3; i++) {
            assertThat(candidates.apply("shop", WEB)).isEqualTo(Counted.TAGS);
            assertThat(candidates.apply("shop", image("1.x"))).isEqualTo(Counted.TAGS);
        }

        assertThat(images.asked).hasSize(1);
    }

    @Test
    void who_sees_something_else_or_chooses_in_another_way_asks_for_himself() {
        var candidates = registries.candidates();

        candidates.apply("shop", WEB);
        candidates.apply("bank", WEB);
        candidates.apply("shop", image("2.x"));

        assertThat(images.asked).hasSize(3);
    }

    @Test
    void the_next_look_asks_anew() {
        registries.candidates().apply("shop", WEB);
        registries.candidates().apply("shop", WEB);

        assertThat(images.asked).hasSize(2);
    }

    @Test
    void that_a_registry_does_not_answer_is_found_out_once() {
        images.trouble = Optional.of(new ManifestFailure("Not now", true));
        var candidates = registries.candidates();

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> candidates.apply("shop", WEB)).hasMessage("Not now");
        }

        assertThat(images.asked).hasSize(1);
    }

    @Test
    void all_who_want_to_know_of_a_tag_at_the_same_time_ask_once() throws Exception {
        assertThat(together(20)).containsOnly("1.0").hasSize(20);
        assertThat(images.asked).hasSize(1);
    }

    @Test
    void all_who_wait_for_a_registry_that_does_not_answer_ask_once() throws Exception {
        images.trouble = Optional.of(new ManifestFailure("Not now", true));

        assertThat(together(20)).containsOnly("Not now").hasSize(20);
        assertThat(images.asked).hasSize(1);
    }

    @Test
    void who_comes_after_a_registry_did_not_answer_asks_anew() throws Exception {
        images.trouble = Optional.of(new ManifestFailure("Not now", true));
        together(1);
        images.trouble = Optional.empty();

        assertThat(together(1)).containsExactly("1.0");
    }

    /// Has so many wait for the same answer.
    ///
    /// @return the tag, or what they failed by
    private List<String> together(int count) throws Exception {
        images.answering = new CountDownLatch(1);
        var found = new CopyOnWriteArrayList<String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().start(() -> found.add(find())));
        }
        await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
        images.answering.countDown();
        for (var thread : threads) {
            thread.join();
        }
        return found;
    }

    private String find() {
        try {
            return registries.find("shop", WEB, "1.0", "").orElseThrow().tag();
        } catch (ManifestFailure failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    private static GitCredential login(String project) {
        return GitCredential.NONE.as(
                new Login.Password(new Hidden(project), new Hidden("canary"), true));
    }

    private static TrackedImage image(String constraint) {
        return ImageList.parse(
                        Map.of(ImageList.IMAGE_LIST, "web=registry.local/team/web:" + constraint))
                .images()
                .getFirst();
    }

    /// Registries that have the same everywhere.
    private static final class Counted implements Images {

        static final List<Candidate> TAGS = List.of(Candidate.of("1.0"), Candidate.of("1.1"));

        final List<ImageAccess> asked = new CopyOnWriteArrayList<>();
        CountDownLatch answering = new CountDownLatch(0);
        Optional<ManifestFailure> trouble = Optional.empty();

        @Override
        public List<Candidate> candidates(TrackedImage image, ImageAccess access) {
            asked.add(access);
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            return TAGS;
        }

        @Override
        public List<String> tags(ImageAccess access) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Candidate> find(ImageAccess access, String tag) {
            asked.add(access);
            try {
                answering.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            return Optional.of(Candidate.of(tag));
        }

        @Override
        public Optional<String> digest(ImageAccess access, String tag) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verdict verdict(ImageAccess access, String digest, Proof proof) {
            throw new UnsupportedOperationException();
        }
    }
}
