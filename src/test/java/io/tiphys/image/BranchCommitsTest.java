package io.tiphys.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.image.BranchCommits.Branch;
import io.tiphys.image.BranchCommits.Outcome;
import io.tiphys.image.BranchCommits.Request;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.pull.PullRequestHosts;
import io.tiphys.store.crd.ApplicationReader;
import io.tiphys.support.AzurePod;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.StandInRepository;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BranchCommitsTest {

    private static final Branch MAIN =
            new Branch(
                    "https://h/r",
                    GitCredential.NONE,
                    GitCredential.NONE,
                    "main",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private static final CommitStyle.Change CHANGE =
            new CommitStyle.Change("argocd", "app", "registry.local/app", "app", "1.0.0", "2.0.0");

    private static final Proposals NOTHING_PROPOSED =
            new Proposals(
                    (_, _) -> {
                        throw new UnsupportedOperationException();
                    },
                    new PullRequestHosts(
                            new Identities(AzurePod.NONE, InstantSource.system()), Duration.ZERO),
                    () -> CommitStyle.read(Map.of()),
                    CommitSigning.Unsigned::new,
                    List::of,
                    _ -> {});

    private final MemoryFolder files = new MemoryFolder();
    private final Held repository = new Held();
    private final List<ChangeEvent> told = new ArrayList<>();
    private final BranchCommits commits =
            new BranchCommits(
                    (_, _) -> repository,
                    () -> CommitStyle.read(Map.of("git.user", "Ada")),
                    CommitSigning.Unsigned::new,
                    NOTHING_PROPOSED,
                    new Companions(),
                    told::add);

    @Test
    void what_comes_while_the_branch_is_fetched_is_in_the_same_commit() throws Exception {
        // Given
        for (int i = 0; i < 50; i++) {
            files.with("app%d/values.yaml".formatted(i), "image: {tag: 1.0.0}\n");
        }

        // When
        var failures = together(IntStream.range(0, 50).mapToObj(i -> request("app" + i)).toList());

        // Then
        assertThat(failures).isEmpty();
        assertThat(repository.changes).hasSize(1);
        var change = repository.changes.getFirst();
        assertThat(change.files()).hasSize(50);
        assertThat(change.files().get("app7/values.yaml"))
                .asString(UTF_8)
                .isEqualTo("image: {tag: 2.0.0}\n");
        assertThat(change.message())
                .startsWith("build: automatic update of app")
                .contains("and 40 more");
        assertThat(change.author().name()).isEqualTo("Ada");
    }

    @Test
    void one_that_cannot_be_edited_fails_alone() throws Exception {
        files.with("good/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("bad/values.yaml", "image: {tag: [1]}\n");

        var failures = together(List.of(request("bad"), request("good"), request("none")));

        assertThat(failures)
                .hasSize(2)
                .allMatch(RefusedEditException.class::isInstance)
                .extracting(Throwable::getMessage)
                .containsExactlyInAnyOrder(
                        "bad/values.yaml: 'image.tag' is not a single value",
                        "there is no file none/values.yaml");
        assertThat(repository.changes)
                .singleElement()
                .satisfies(it -> assertThat(it.files()).containsOnlyKeys("good/values.yaml"));
    }

    @Test
    void one_whose_edit_breaks_fails_alone() throws Exception {
        files.with("good/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("bad/values.yaml", "image: {tag: 1.0.0}\n");
        FileEdit.Choice broken =
                _ -> {
                    throw new IllegalStateException("broken on purpose");
                };

        var failures =
                together(
                        List.of(request("bad", "image.tag", broken), request("good", "image.tag")));

        assertThat(failures)
                .singleElement()
                .satisfies(it -> assertThat(it).hasMessage("broken on purpose"));
        assertThat(repository.changes)
                .singleElement()
                .satisfies(it -> assertThat(it.files()).containsOnlyKeys("good/values.yaml"));
    }

    @Test
    void what_is_there_already_is_no_commit() {
        files.with("app/values.yaml", "image: {tag: 1.0.0}\n");

        assertThat(write(MAIN, request("app"))).isEqualTo(new Outcome("c1", List.of(CHANGE), ""));
        assertThat(write(MAIN, request("app"))).isEqualTo(new Outcome("c1", List.of(), ""));
        assertThat(repository.changes).hasSize(1);
    }

    @Test
    void a_commit_is_told_of_once_for_all_who_are_in_it() throws Exception {
        files.with("a/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("b/values.yaml", "image: {tag: 1.0.0}\n");

        together(List.of(request("a"), request("b")));
        write(MAIN, request("a"));

        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ChangeEvent.Merged.class,
                        it -> {
                            assertThat(it.repository()).isEqualTo("h/r");
                            assertThat(it.subject().id()).isEqualTo("c1");
                        });
    }

    @Test
    void a_commit_on_another_branch_is_told_of_as_one_to_be_merged() {
        files.with("app/values.yaml", "image: {tag: 1.0.0}\n");
        var elsewhere =
                new Branch(
                        "https://h/r",
                        GitCredential.NONE,
                        GitCredential.NONE,
                        "main",
                        Optional.of("updates"),
                        Optional.empty(),
                        Optional.empty());

        write(elsewhere, request("app"));

        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ChangeEvent.Created.class,
                        it -> assertThat(it.subject().id()).isEqualTo("c1"));
    }

    @Test
    void two_edits_of_one_file_are_both_in_one_commit() throws Exception {
        files.with("both/values.yaml", "a: {tag: 1.0.0}\nb: {tag: 1.0.0} # b\n");

        var failures = together(List.of(request("both", "a.tag"), request("both", "b.tag")));

        assertThat(failures).isEmpty();
        assertThat(repository.changes).hasSize(1);
        assertThat(new String(files.files().get("both/values.yaml"), UTF_8))
                .isEqualTo("a: {tag: 2.0.0}\nb: {tag: 2.0.0} # b\n");
    }

    @Test
    void who_waits_for_others_edits_meanwhile_and_once() throws Exception {
        // Given
        IntStream.range(0, 20)
                .forEach(
                        i -> files.with("app%d/values.yaml".formatted(i), "image: {tag: 1.0.0}\n"));
        write(MAIN, request("app0"));
        var asked = new ConcurrentLinkedQueue<String>();

        // When
        var failures =
                together(
                        IntStream.range(1, 20).mapToObj(i -> request("app" + i, asked)).toList(),
                        () -> assertThat(asked).hasSize(18));

        // Then
        assertThat(failures).isEmpty();
        assertThat(asked).hasSize(19).doesNotHaveDuplicates();
        assertThat(repository.changes).hasSize(2);
        assertThat(files.files().values())
                .allSatisfy(it -> assertThat(it).asString(UTF_8).contains("2.0.0"));
    }

    @Test
    void who_edited_meanwhile_does_so_again_on_what_somebody_else_pushed() throws Exception {
        // Given
        files.with("first/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("a/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("b/values.yaml", "image: {tag: 1.0.0}\n");
        write(MAIN, request("first"));
        var asked = new ConcurrentLinkedQueue<String>();

        // When
        var failures =
                together(
                        List.of(request("a", asked), request("b", asked)),
                        () -> {
                            files.with("a/values.yaml", "image: {tag: 1.0.0} # mine\n");
                            files.with("b/values.yaml", "image: {tag: 1.0.0} # mine\n");
                        });

        // Then
        assertThat(failures).isEmpty();
        assertThat(asked).hasSize(3);
        assertThat(repository.changes.getLast().files())
                .hasSize(2)
                .allSatisfy(
                        (_, content) ->
                                assertThat(content)
                                        .asString(UTF_8)
                                        .isEqualTo("image: {tag: 2.0.0} # mine\n"));
    }

    @Test
    void two_who_edit_one_file_meanwhile_are_both_in_one_commit() throws Exception {
        files.with("first/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("both/values.yaml", "a: {tag: 1.0.0}\nb: {tag: 1.0.0} # b\nc: {tag: 1.0.0}\n");
        write(MAIN, request("first"));

        var failures =
                together(
                        List.of(
                                request("both", "a.tag"),
                                request("both", "b.tag"),
                                request("both", "c.tag")));

        assertThat(failures).isEmpty();
        assertThat(repository.changes).hasSize(2);
        assertThat(new String(files.files().get("both/values.yaml"), UTF_8))
                .isEqualTo("a: {tag: 2.0.0}\nb: {tag: 2.0.0} # b\nc: {tag: 2.0.0}\n");
    }

    @Test
    void one_that_fails_at_its_second_file_leaves_nothing_in_the_commit_of_others()
            throws Exception {
        // Given
        files.with("good/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("bad/a.yaml", pod("1.0.0")).with("bad/b.yaml", pod("0.9.0"));
        FileEdit.Choice breaksLater =
                named -> {
                    if (named.tag().equals(Optional.of("0.9.0"))) {
                        throw new IllegalStateException("broken on purpose");
                    }
                    return Optional.of(new Retag("2.0.0", Optional.empty()));
                };
        var bad =
                new Request(
                        application("bad"),
                        image("image.tag"),
                        new Target.Manifests("bad", false),
                        breaksLater);

        // When
        var failures = together(List.of(bad, request("good")));

        // Then
        assertThat(failures)
                .singleElement()
                .satisfies(it -> assertThat(it).hasMessage("broken on purpose"));
        assertThat(repository.changes)
                .singleElement()
                .satisfies(it -> assertThat(it.files()).containsOnlyKeys("good/values.yaml"));
    }

    @Test
    void who_waited_for_a_repository_that_cannot_be_reached_is_told_so() {
        repository.trouble = Optional.of(new ManifestFailure("It is gone"));
        assertThatThrownBy(() -> write(MAIN, request("app"))).hasMessage("It is gone");

        repository.trouble = Optional.empty();
        files.with("app/values.yaml", "image: {tag: 1.0.0}\n");
        assertThat(write(MAIN, request("app")).changes()).isNotEmpty();
    }

    @Test
    void a_link_is_not_written_through() {
        files.withLink("app/values.yaml", "../../secret.yaml");

        assertThatThrownBy(() -> write(MAIN, request("app")))
                .hasMessage("it is a link to another file");
    }

    /// Has all of them wait for one fetch.
    ///
    /// @return what those came to that failed
    private Collection<RuntimeException> together(List<Request> requests) throws Exception {
        return together(requests, () -> {});
    }

    /// @param meanwhile what comes to pass while they wait
    private Collection<RuntimeException> together(List<Request> requests, Runnable meanwhile)
            throws Exception {
        repository.fetching = new CountDownLatch(1);
        var failures = new ConcurrentLinkedQueue<RuntimeException>();
        var threads = new ArrayList<Thread>();
        for (var request : requests) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            write(MAIN, request);
                                        } catch (RuntimeException failure) {
                                            failures.add(failure);
                                        }
                                    }));
        }
        await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
        meanwhile.run();
        repository.fetching.countDown();
        for (var thread : threads) {
            thread.join();
        }
        return failures;
    }

    private Outcome write(Branch branch, Request request) {
        return commits.write(
                branch, request, PushedImages.asking(request.application().id(), "1", 0));
    }

    private static Request request(String application) {
        return request(application, "image.tag");
    }

    private static Request request(String application, String key) {
        return request(application, key, BranchCommitsTest::newer);
    }

    /// @param asked which Application's choice it is, each time
    private static Request request(String application, Collection<String> asked) {
        return request(
                application,
                "image.tag",
                named -> {
                    asked.add(application);
                    return newer(named);
                });
    }

    private static Optional<Retag> newer(NamedTag named) {
        return named.tag().equals(Optional.of("2.0.0"))
                ? Optional.empty()
                : Optional.of(new Retag("2.0.0", Optional.empty()));
    }

    private static String pod(String tag) {
        return "spec: {containers: [{image: 'registry.local/app:%s'}]}\n".formatted(tag);
    }

    private static Request request(String application, String key, FileEdit.Choice choice) {
        return new Request(
                application(application),
                image(key),
                new Target.HelmValues(application + "/values.yaml"),
                choice);
    }

    private static TrackedImage image(String key) {
        return ImageList.parse(
                        Map.of(
                                ImageList.IMAGE_LIST,
                                "app=registry.local/app",
                                ImageList.PREFIX + "app.helm.image-tag",
                                key))
                .images()
                .getFirst();
    }

    private static Application application(String name) {
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", "argocd", "name", name),
                        "spec",
                        Map.of(
                                "source",
                                Map.of("repoURL", "https://h/r", "path", name),
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }

    /// A branch in memory, whose fetch takes as long as a test wants.
    private final class Held extends StandInRepository {

        final List<Change> changes = new ArrayList<>();
        CountDownLatch fetching = new CountDownLatch(0);
        Optional<ManifestFailure> trouble = Optional.empty();

        /// As they are now.
        @Override
        public Folder folder(String commit, String path) {
            return new MemoryFolder(new TreeMap<>(files.files()), files.links());
        }

        @Override
        public synchronized Written write(
                String branch, String path, GitCredential writing, Function<Folder, Change> edit) {
            try {
                fetching.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            var change = edit.apply(folder("", ""));
            if (!change.files().isEmpty()) {
                changes.add(change);
                files.files().putAll(change.files());
            }
            return new Written("c" + changes.size(), !change.files().isEmpty());
        }
    }
}
