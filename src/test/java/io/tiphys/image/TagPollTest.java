package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.crd.ApplicationReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class TagPollTest {

    private static final Instant BUILT = Instant.parse("2026-01-31T12:00:00Z");

    private final List<WriteBack> asked = new ArrayList<>();
    private final List<String> registriesAskedFor = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final Set<ApplicationId> checked = new HashSet<>();
    private List<Candidate> registry = List.of();
    private boolean registryAnswers = true;
    private boolean brokerTakes = true;
    private boolean signed = true;
    private Instant now = BUILT;
    private final TagPoll poll =
            new TagPoll(
                    () -> applications,
                    it -> ImageList.parse(it.annotations()),
                    () -> this::tags,
                    (_, _, _) -> signed,
                    this::publish,
                    checked::addAll,
                    () -> Duration.ZERO,
                    () -> now);

    @Test
    void what_is_found_is_asked_for_once_and_then_what_comes_after_it() {
        applications.add(application("image-list", "web=registry.local/web:1.x"));
        has("1.0", "1.1", "2.0");
        poll.look();
        poll.look();
        assertThat(asked).extracting(WriteBack::tag).containsExactly("1.1");

        has("1.1", "1.2");
        poll.look();

        assertThat(asked).extracting(WriteBack::tag).containsExactly("1.1", "1.2");
        assertThat(asked.getLast().alias()).isEqualTo("web");
    }

    @Test
    void a_tag_is_asked_for_when_it_is_old_enough() {
        applications.add(
                application("image-list", "web=registry.local/web", "web.minimum-age", "1h"));
        registry =
                List.of(
                        new Candidate(
                                "1.0",
                                Optional.empty(),
                                Optional.of(BUILT),
                                Optional.empty(),
                                List.of()));
        now = BUILT.plus(Duration.ofMinutes(59));
        poll.look();
        assertThat(asked).isEmpty();

        now = BUILT.plus(Duration.ofMinutes(60));
        poll.look();

        assertThat(asked).extracting(WriteBack::tag).containsExactly("1.0");
    }

    @Test
    void what_the_broker_did_not_take_is_asked_for_again() {
        applications.add(application("image-list", "web=registry.local/web"));
        has("1.0");
        brokerTakes = false;
        poll.look();
        brokerTakes = true;

        poll.look();

        assertThat(asked).extracting(WriteBack::tag).containsExactly("1.0");
    }

    @Test
    void a_tag_is_asked_for_when_it_is_signed_and_none_before_it_takes_its_place() {
        applications.add(application("image-list", "web=registry.local/web"));
        has("1.0", "1.1");
        signed = false;
        poll.look();
        poll.look();
        assertThat(asked).isEmpty();

        signed = true;
        poll.look();

        assertThat(asked).extracting(WriteBack::tag).containsExactly("1.1");
    }

    @Test
    void a_registry_that_does_not_answer_changes_nothing() {
        applications.add(application("image-list", "web=registry.local/web"));
        has("1.0");
        poll.look();

        registryAnswers = false;
        poll.look();
        registryAnswers = true;
        poll.look();

        assertThat(asked).hasSize(1);
    }

    @Test
    void a_digest_that_moved_is_asked_for() {
        applications.add(
                application(
                        "image-list", "web=registry.local/web:latest",
                        "web.update-strategy", "digest"));
        for (var digit : List.of("a", "b", "b")) {
            registry =
                    List.of(
                            Candidate.of("latest")
                                    .withDigest(Optional.of("sha256:" + digit.repeat(64))));
            poll.look();
        }

        assertThat(asked)
                .extracting(WriteBack::digest)
                .containsExactly("sha256:" + "a".repeat(64), "sha256:" + "b".repeat(64));
    }

    @Test
    void who_wants_something_else_is_looked_at_alone_and_its_tag_asked_for_anew() {
        applications.add(application("image-list", "web=registry.local/web"));
        has("1.0");
        poll.look();
        checked.clear();

        poll.look(Set.of(new ApplicationId("argocd", "other")));
        assertThat(checked).isEmpty();
        assertThat(asked).hasSize(1);
        poll.look(Set.of(new ApplicationId("argocd", "web")));
        poll.look();

        assertThat(checked).containsExactly(new ApplicationId("argocd", "web"));
        assertThat(asked).extracting(WriteBack::tag).containsExactly("1.0", "1.0");
    }

    @Test
    void what_is_withheld_is_asked_for_each_time() {
        applications.add(
                application(
                        Map.of("tiphys.io/image-withheld", "web=1.0 taken-back 0a1b2c3"),
                        "image-list",
                        "web=registry.local/web, api=registry.local/api"));
        has("1.0");

        poll.look();
        poll.look();

        assertThat(asked).extracting(WriteBack::alias).containsExactly("web", "api", "web");
    }

    @Test
    void of_an_image_that_is_paused_nobody_is_asked() {
        applications.add(
                application(
                        Map.of("tiphys.io/web.image-updates", "paused"),
                        "image-list",
                        "web=registry.local/web, api=registry.local/api"));
        has("1.0");

        poll.look();

        assertThat(registriesAskedFor).containsExactly("registry.local/api");
        assertThat(asked).extracting(WriteBack::alias).containsExactly("api");
    }

    private void has(String... tags) {
        registry = Arrays.stream(tags).map(Candidate::of).toList();
    }

    private List<Candidate> tags(String project, TrackedImage image) {
        registriesAskedFor.add(image.spelled());
        if (!registryAnswers) {
            throw new ManifestFailure("No answer for " + image.spelled() + " to " + project);
        }
        return registry;
    }

    private CompletionStage<Void> publish(WriteBack request) {
        if (!brokerTakes) {
            return CompletableFuture.failedFuture(new IllegalStateException("No broker"));
        }
        asked.add(request);
        return CompletableFuture.completedFuture(null);
    }

    /// @param options names and values of annotations in turns
    private static Application application(String... options) {
        return application(Map.of(), options);
    }

    private static Application application(Map<String, String> more, String... options) {
        var annotations = new HashMap<String, Object>(more);
        for (int i = 0; i < options.length; i += 2) {
            annotations.put(ImageList.PREFIX + options[i], options[i + 1]);
        }
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", "argocd", "name", "web", "annotations", annotations),
                        "spec",
                        Map.of(
                                "source",
                                Map.of("repoURL", "https://h/r", "path", "web"),
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }
}
