package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.bench.Deliveries.Payload;
import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// The repositories of the storm, which move on a few times, and the Applications that follow.
final class StormRepositories implements AutoCloseable {

    static final int COUNT = 200;
    static final int APPLICATIONS_EACH = 3;
    static final int APPLICATIONS = COUNT * APPLICATIONS_EACH;
    private static final int MOVES = 6;

    private final GitHost host;
    private final List<String> commits;
    private final long[] movedAt = new long[MOVES + 1];
    private final Map<String, Integer> reached = new ConcurrentHashMap<>();
    private final List<Double> staleness = new ArrayList<>();
    private boolean wentBack;

    private StormRepositories(GitHost host, List<String> commits) {
        this.host = host;
        this.commits = commits;
    }

    /// Serves copies of one repository with a chain of commits, each at its first, and registers
    /// the Applications.
    static StormRepositories start(Path folder, Cluster cluster) throws IOException {
        var template = folder.resolve("template");
        var repository = Monorepo.create(template, APPLICATIONS_EACH);
        var commits = new ArrayList<>(List.of(repository.tip()));
        for (int move = 1; move <= MOVES; move++) {
            var files = new LinkedHashMap<String, String>();
            for (int app = 0; app < APPLICATIONS_EACH; app++) {
                files.put(Monorepo.file(app, 0), Monorepo.manifest(app, 0, "move-" + move));
            }
            commits.add(repository.commit(files));
        }
        var host = GitHost.start(folder);
        for (int i = 0; i < COUNT; i++) {
            Samples.copy(template, folder.resolve(name(i)));
            host.move(name(i), commits.getFirst());
        }
        new Registered(cluster, n -> application(n, host)).grow(APPLICATIONS);
        var repositories = new StormRepositories(host, commits);
        IntStream.range(0, APPLICATIONS)
                .forEach(it -> repositories.reached.put(applicationName(it), 0));
        cluster.watch(Cluster.APPLICATIONS, repositories::changed);
        return repositories;
    }

    GitHost host() {
        return host;
    }

    /// The busiest first.
    List<String> addresses() {
        return IntStream.range(0, COUNT).mapToObj(it -> host.address(name(it))).toList();
    }

    /// The last push of each, of the commit at which it ends.
    List<Payload> last(Deliveries deliveries) throws IOException {
        var pushes = new ArrayList<Payload>();
        for (var address : addresses()) {
            pushes.add(
                    deliveries.push(
                            address,
                            commits.get(MOVES - 1),
                            commits.getLast(),
                            List.of(Monorepo.file(0, 0))));
        }
        return pushes;
    }

    /// Moves them on, evenly through a storm; the last time shortly before its end.
    void move(Duration storm) {
        long began = System.nanoTime();
        long between = (long) (storm.toNanos() * 0.95 / MOVES);
        try {
            for (int move = 1; move <= MOVES; move++) {
                Patience.pause(Duration.ofNanos(began + move * between - System.nanoTime()));
                synchronized (this) {
                    movedAt[move] = System.nanoTime();
                }
                for (int i = 0; i < COUNT; i++) {
                    host.move(name(i), commits.get(move));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean allAtTheNewest() {
        return reached.values().stream().allMatch(it -> it == MOVES);
    }

    /// Seconds from each move to each Application's status that names it or a later one.
    synchronized List<Double> staleness() {
        return List.copyOf(staleness);
    }

    /// Whether an Application returned to a commit that it had left.
    synchronized boolean wentBack() {
        return wentBack;
    }

    private synchronized void changed(JsonNode event) {
        long now = System.nanoTime();
        var application = event.path("object");
        var name = application.at("/metadata/name").asText();
        int place = commits.indexOf(application.at("/status/sync/revision").asText());
        if (place < 0) {
            return;
        }
        int before = reached.getOrDefault(name, 0);
        reached.put(name, place);
        wentBack |= place < before;
        for (int move = before + 1; move <= place; move++) {
            staleness.add((now - movedAt[move]) / 1e9);
        }
    }

    private static String name(int repository) {
        return "repository-" + repository + ".git";
    }

    private static String applicationName(int number) {
        return "storm-%d-%d".formatted(number / APPLICATIONS_EACH, number % APPLICATIONS_EACH);
    }

    /// Every push to its repository touches it.
    private static String application(int number, GitHost host) {
        return Samples.application(
                applicationName(number),
                host.address(name(number / APPLICATIONS_EACH)),
                Monorepo.folder(number % APPLICATIONS_EACH),
                "/",
                false);
    }

    @Override
    public void close() {
        host.close();
    }
}
