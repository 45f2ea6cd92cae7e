package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiphys.core.sync.Finalizers;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletionRequestTest {

    private static final String R = "resources-finalizer.argocd.argoproj.io";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    # now            | cascade | policy     | then
                    -                | -       | -          | R
                    -                | true    | -          | R
                    R                | true    | -          | R
                    R/background     | -       | -          | R/background
                    -                | -       | foreground | R/foreground
                    -                | -       | Background | R/background
                    R                | -       | background | R/background
                    R/background R   | -       | background | R/background
                    R/foreground     | -       | foreground | R/foreground
                    x.org/y          | -       | -          | x.org/y R
                    R x.org/y        | -       | background | x.org/y R/background
                    -                | false   | -          | -
                    R                | false   | -          | -
                    x.org/y R        | false   | -          | x.org/y
                    R/background R p | false   | -          | p
                    """)
    void finalizers_say_what_was_asked_for(String now, String cascade, String policy, String then) {
        assertThat(
                        DeletionRequest.wanted(
                                finalizers(now),
                                cascade == null ? "" : cascade,
                                policy == null ? "" : policy))
                .isEqualTo(finalizers(then));
    }

    @ParameterizedTest
    @CsvSource({
        "false, background, cannot set propagation policy when cascading is disabled",
        "true, orphan, invalid propagation policy: orphan",
        "'', ground, invalid propagation policy: ground",
        "maybe, '', 'cascade is true or false, not ''maybe'''",
    })
    void what_cannot_be_meant_is_refused(String cascade, String policy, String message) {
        assertThatExceptionOfType(WebApplicationException.class)
                .isThrownBy(
                        () -> DeletionRequest.wanted(new Finalizers(List.of()), cascade, policy))
                .withMessage(message);
    }

    private static Finalizers finalizers(String text) {
        return new Finalizers(
                text == null
                        ? List.of()
                        : Stream.of(text.split(" ")).map(it -> it.replaceFirst("^R", R)).toList());
    }
}
