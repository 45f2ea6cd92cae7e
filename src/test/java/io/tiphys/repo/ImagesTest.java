package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Proof;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.Verdict;
import io.tiphys.core.model.GitCredential;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImagesTest {

    private final Deque<String> under = new ArrayDeque<>();
    private final Images images =
            new Images() {
                @Override
                public List<String> tags(ImageAccess access) {
                    return List.of();
                }

                @Override
                public Optional<Candidate> find(ImageAccess access, String tag) {
                    return Optional.empty();
                }

                @Override
                public List<Candidate> candidates(TrackedImage image, ImageAccess access) {
                    return List.of();
                }

                @Override
                public Optional<String> digest(ImageAccess access, String tag) {
                    return Optional.of(under.removeFirst());
                }

                @Override
                public Verdict verdict(ImageAccess access, String digest, Proof proof) {
                    return digest.equals("signed")
                            ? new Verdict.Signed(digest)
                            : new Verdict.Unsigned("no");
                }
            };

    @Test
    void a_tag_counts_that_stands_for_the_same_image_when_its_signature_was_looked_at() {
        under.addAll(List.of("signed", "signed"));
        assertThat(verdict()).isEqualTo(new Verdict.Signed("signed"));

        under.addAll(List.of("signed", "other"));
        assertThat(verdict()).isEqualTo(Images.MOVED);

        under.addAll(List.of("other"));
        assertThat(verdict()).isEqualTo(new Verdict.Unsigned("no"));
    }

    private Verdict verdict() {
        return images.verdict(
                ImageAccess.of("registry.local/web", GitCredential.NONE),
                Candidate.of("1.0"),
                new Proof.Keys("keys"));
    }
}
