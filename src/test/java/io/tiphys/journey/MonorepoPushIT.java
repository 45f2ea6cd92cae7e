package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import io.tiphys.support.Tiphys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A push to a repository of many Applications refreshes exactly those that it touches, with one
/// fetch, and nothing is asked or written for the others.
class MonorepoPushIT {

    private static final String REPOSITORY = "monorepo.git";
    private static final int APPLICATIONS = 250;
    private static final int SHARING = 10;
    private static final int FOLDERS = 25;

    /// Touched by nothing but the push that comes after, to see that the one before is done with.
    private static final int LAST = APPLICATIONS - 1;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: %s
              namespace: argocd
              annotations: {argocd.argoproj.io/manifest-generate-paths: "%s"}
            spec:
              project: default
              source: {repoURL: "%s", path: %s, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private static Tiphys tiphys;
    private static Monorepo monorepo;
    private static GitHost host;
    private static Deliveries deliveries;
    private static EventLog log;
    private static int commits;

    @BeforeAll
    static void register(@TempDir Path data, @TempDir Path repositories) throws IOException {
        // Whoever asks in between would be counted as well.
        tiphys = Tiphys.start(data, "tiphys.application.sweep=24h", "tiphys.repo.poll=0s");
        monorepo = Monorepo.create(repositories.resolve(REPOSITORY), APPLICATIONS);
        host = GitHost.start(repositories);
        deliveries = new Deliveries(tiphys);
        log = new EventLog(tiphys);
        for (int app = 0; app < APPLICATIONS; app++) {
            tiphys.create(
                    APPLICATION.formatted(
                            name(app),
                            app < SHARING ? ".;/base" : ".",
                            host.address(REPOSITORY),
                            Monorepo.folder(app)));
        }
        var first = monorepo.tip();
        eventually().until(() -> comparedWith(first).size() == APPLICATIONS);
    }

    @AfterAll
    static void end() {
        host.close();
        tiphys.close();
    }

    @Test
    void a_file_of_one_refreshes_that_one() throws Exception {
        pushRefreshes(Set.of(name(100)), true, Map.of(Monorepo.file(100, 0), value(100, 0)));
    }

    @Test
    void a_shared_base_refreshes_those_who_declare_it() throws Exception {
        var base = Map.of(Monorepo.BASE, Monorepo.manifest("limits", "value-" + commits));
        pushRefreshes(names(0, SHARING), true, base);
    }

    @Test
    void many_folders_refresh_each_of_theirs() throws Exception {
        var files = new TreeMap<String, String>();
        IntStream.range(40, 40 + FOLDERS)
                .forEach(app -> files.put(Monorepo.file(app, 1), value(app, 1)));
        pushRefreshes(names(40, FOLDERS), true, files);
    }

    @Test
    void what_nobody_uses_refreshes_nobody() throws Exception {
        pushRefreshes(Set.of(), true, Map.of(Monorepo.UNUSED, "Still nobody: " + commits));
    }

    @Test
    void a_push_that_does_not_list_its_files_refreshes_the_same() throws Exception {
        pushRefreshes(
                Set.of(name(101), name(102)),
                false,
                Map.of(
                        Monorepo.file(101, 2),
                        value(101, 2),
                        Monorepo.file(102, 3),
                        value(102, 3),
                        Monorepo.UNUSED,
                        "No matter: " + commits));
    }

    private static void pushRefreshes(
            Set<String> affected, boolean listed, Map<String, String> files) throws Exception {
        // Given
        var versions = versions();
        var before = host.traffic();

        // When
        var push = push(files, listed);
        eventually().until(() -> asked(push.id), it -> it.containsAll(affected));
        eventually().until(() -> comparedWith(push.commit), it -> it.containsAll(affected));
        var next = push(Map.of(Monorepo.file(LAST, 0), value(LAST, 0)), listed);
        eventually().until(() -> comparedWith(next.commit), it -> it.contains(name(LAST)));

        // Then
        assertThat(asked(push.id)).isEqualTo(affected);
        assertThat(asked(next.id)).containsExactly(name(LAST));
        var traffic = host.traffic().since(before);
        assertThat(traffic.fetches()).isEqualTo(affected.isEmpty() ? 1 : 2);
        assertThat(traffic.looks()).isZero();
        var others = versions();
        others.keySet().removeAll(affected);
        others.remove(name(LAST));
        assertThat(versions).containsAllEntriesOf(others);
    }

    private record Push(String id, String commit) {}

    private static Push push(Map<String, String> files, boolean listed) throws IOException {
        var before = monorepo.tip();
        var after = monorepo.commit(files);
        commits++;
        var url = host.address(REPOSITORY);
        var delivery = UUID.randomUUID().toString();
        var body =
                listed
                        ? Deliveries.push(url, before, after, monorepo.changed(before, after))
                        : Deliveries.push(url, before, after);
        assertThat(deliveries.fromGitHub(delivery, body).statusCode()).isEqualTo(202);
        return new Push(delivery + ":" + Monorepo.MAIN, after);
    }

    /// The Applications that were asked to refresh because of an event.
    private static Set<String> asked(String event) {
        return log.records("tiphys.commands").stream()
                .filter(it -> EventLog.text(it.headers(), "ce_cause").equals(event))
                .map(it -> it.key().substring("argocd/".length()))
                .collect(Collectors.toSet());
    }

    private static Set<String> comparedWith(String commit) {
        return ours().stream()
                .filter(it -> commit.equals(it.get("status", "sync", "revision")))
                .map(it -> it.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static Map<String, String> versions() {
        return ours().stream()
                .collect(
                        Collectors.toMap(
                                it -> it.getMetadata().getName(),
                                it -> it.getMetadata().getResourceVersion(),
                                (one, _) -> one,
                                TreeMap::new));
    }

    private static List<GenericKubernetesResource> ours() {
        return tiphys.applications().list().getItems().stream()
                .filter(it -> it.getMetadata().getName().startsWith("mono-"))
                .toList();
    }

    private static Set<String> names(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(MonorepoPushIT::name)
                .collect(Collectors.toSet());
    }

    private static String name(int app) {
        return "mono-" + app;
    }

    private static String value(int app, int number) {
        return Monorepo.manifest(app, number, "value-" + commits);
    }
}
