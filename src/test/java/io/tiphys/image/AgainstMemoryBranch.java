package io.tiphys.image;

import static org.awaitility.Awaitility.await;

import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.NamedTag;
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

/// Commits to a branch in memory, whose fetch takes as long as a test wants.
abstract class AgainstMemoryBranch {

    static final Branch MAIN =
            new Branch(
                    "https://h/r",
                    GitCredential.NONE,
                    GitCredential.NONE,
                    "main",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

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

    final MemoryFolder files = new MemoryFolder();
    final Held repository = new Held();
    final List<ChangeEvent> told = new ArrayList<>();
    final BranchCommits commits =
            new BranchCommits(
                    (_, _) -> repository,
                    () -> CommitStyle.read(Map.of("git.user", "Ada")),
                    CommitSigning.Unsigned::new,
                    NOTHING_PROPOSED,
                    new Companions(),
                    told::add);

    /// Has all of them wait for one fetch, which the first one asks for.
    ///
    /// @return what those came to that failed
    Collection<RuntimeException> together(List<Request> requests) throws Exception {
        return together(requests, () -> {});
    }

    /// @param meanwhile what comes to pass while they wait
    Collection<RuntimeException> together(List<Request> requests, Runnable meanwhile)
            throws Exception {
        repository.fetching = new CountDownLatch(1);
        repository.fetches = false;
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
            if (!repository.fetches) {
                await().until(() -> repository.fetches);
            }
        }
        await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
        meanwhile.run();
        repository.fetching.countDown();
        for (var thread : threads) {
            thread.join();
        }
        return failures;
    }

    Outcome write(Branch branch, Request request) {
        return commits.write(
                branch, request, PushedImages.asking(request.application().id(), "1", 0));
    }

    static Request request(String application) {
        return request(application, "image.tag");
    }

    static Request request(String application, String key) {
        return request(application, key, AgainstMemoryBranch::newer);
    }

    /// @param asked which Application's choice it is, each time
    static Request request(String application, Collection<String> asked) {
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

    static String pod(String tag) {
        return "spec: {containers: [{image: 'registry.local/app:%s'}]}\n".formatted(tag);
    }

    static Request request(String application, String key, FileEdit.Choice choice) {
        return new Request(
                application(application),
                image(key),
                new Target.HelmValues(application + "/values.yaml"),
                choice);
    }

    static TrackedImage image(String key) {
        return ImageList.parse(
                        Map.of(
                                ImageList.IMAGE_LIST,
                                "app=registry.local/app",
                                ImageList.PREFIX + "app.helm.image-tag",
                                key))
                .images()
                .getFirst();
    }

    static Application application(String name) {
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
    final class Held extends StandInRepository {

        final List<Change> changes = new ArrayList<>();
        CountDownLatch fetching = new CountDownLatch(0);
        volatile boolean fetches;

        /// How often the edit was.
        int asked;

        Optional<ManifestFailure> trouble = Optional.empty();

        /// As they are now.
        @Override
        public Folder folder(String commit, String path) {
            return new MemoryFolder(new TreeMap<>(files.files()), files.links());
        }

        @Override
        public synchronized Written write(
                String branch, String path, GitCredential writing, Function<Folder, Change> edit) {
            fetches = true;
            try {
                fetching.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            asked++;
            var change = edit.apply(folder("", ""));
            while (!change.sound().getAsBoolean()) {
                asked++;
                change = edit.apply(folder("", ""));
            }
            if (!change.files().isEmpty()) {
                changes.add(change);
                files.files().putAll(change.files());
            }
            return new Written("c" + changes.size(), !change.files().isEmpty());
        }
    }
}
