package io.tiphys.cluster;

import io.tiphys.core.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps a listener in step with one collection of an API server: lists it once, then watches, and
/// lists again only when the server has forgotten where the watch stood (410).
final class Reflector implements AutoCloseable {

    /// Told of every object; calls come one at a time.
    interface Listener {

        /// A list begins.
        void listing();

        /// Some of the list's objects. If the list fails, it begins anew.
        void listed(List<ListedObject> objects);

        /// All that there was at a version was listed.
        void listedAll(String resourceVersion);

        void changed(Map<String, Object> object);

        void deleted(Map<String, Object> object);
    }

    /// What is made of it that the service may not list the collection.
    enum Refusal {
        /// Somebody should grant the right: the log says so.
        UNEXPECTED,
        /// Nobody need know.
        EXPECTED,
        /// It will pass, as other failures do.
        DOUBTFUL
    }

    private static final Logger LOG = Logger.getLogger(Reflector.class);

    /// Of objects. Where so many are too long, a tenth of them is asked for.
    private static final int LARGEST_PAGE = 500;

    /// Never too long, by [ApiAnswer#LONGEST].
    private static final int SMALLEST_PAGE = 5;

    private static final long WATCH_SECONDS = 290;
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LAST_RETRY_MILLIS = 10_000;

    /// Where somebody must grant a right, or install what serves the kind.
    private static final long LAST_REFUSED_MILLIS = 300_000;

    private static final int FORBIDDEN = 403;
    private static final Set<Integer> NOT_SERVED = Set.of(404, 405);

    private final KubernetesApi api;
    private final String path;
    private final String apiVersion;
    private final String kind;
    private final Listener listener;
    private final Supplier<Refusal> refusals;
    private final CountDownLatch listed = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private volatile @Nullable InputStream watched;
    private volatile long seen;
    private String resourceVersion = "";
    private long retryMillis = FIRST_RETRY_MILLIS;
    private int pageSize = LARGEST_PAGE;

    /// @param path of the collection
    /// @param apiVersion and `kind` of its objects, which a list leaves out
    Reflector(KubernetesApi api, String path, String apiVersion, String kind, Listener listener) {
        this(api, path, apiVersion, kind, listener, () -> Refusal.UNEXPECTED);
    }

    /// @param refusals asked each time when the service may not list the collection
    Reflector(
            KubernetesApi api,
            String path,
            String apiVersion,
            String kind,
            Listener listener,
            Supplier<Refusal> refusals) {
        this.api = api;
        this.path = path;
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.listener = listener;
        this.refusals = refusals;
        thread = Thread.ofVirtual().name("watch " + path).unstarted(this::run);
    }

    Reflector start() {
        thread.start();
        return this;
    }

    /// Waits until the collection was listed once.
    ///
    /// @return whether it was within the time given
    boolean awaitListed(long millis) {
        return await(listed, millis);
    }

    /// Waits until the collection was listed once, or the server said that it will not list it. It
    /// is asked again all the same, ever more seldom.
    ///
    /// @return whether it was within the time given
    boolean awaitSettled(long millis) {
        return await(settled, millis);
    }

    private static boolean await(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The newest version that the watch has brought. What is older and was not told of is gone, or
    /// about to be told of.
    long seen() {
        return seen;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        var stream = watched;
        if (stream != null) {
            try {
                // Whoever waits for its next line does not wake up otherwise.
                stream.close();
            } catch (IOException broken) {
                LOG.debugf(broken, "The watch of %s was broken already", path);
            }
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            try {
                if (api.circuit().awaitClosed()) {
                    retryMillis = FIRST_RETRY_MILLIS;
                }
                if (resourceVersion.isEmpty()) {
                    list();
                    listed.countDown();
                    settled.countDown();
                }
                watch();
                succeeded();
            } catch (ApiFailure failure) {
                if (failure.gone() && !resourceVersion.isEmpty()) {
                    resourceVersion = "";
                } else if (failure.tooLong() && pageSize > SMALLEST_PAGE) {
                    // From the begin: all pages of a list are to be asked for in the same way.
                    pageSize /= 10;
                } else {
                    answered(failure);
                }
            } catch (IOException broken) {
                failed(broken);
            } catch (InterruptedException _) {
                // Only close() interrupts, and the loop ends then.
                Thread.currentThread().interrupt();
            } catch (RuntimeException unexpected) {
                // One object that cannot be handled must not end the watch of all others.
                LOG.errorf(unexpected, "What the watch of %s brought could not be handled", path);
                resourceVersion = "";
                failed(unexpected);
            }
        }
        var _ = api.circuit().recovers(path);
    }

    /// Page by page: not all of a large collection is held at a time. The server makes the next
    /// page while one is taken in.
    private void list() throws InterruptedException {
        listener.listing();
        var listedAt = "";
        Optional<FutureTask<ListPage>> next = Optional.empty();
        do {
            var page = next.isPresent() ? awaited(next.get()) : page("");
            next =
                    page.more().isEmpty()
                            ? Optional.empty()
                            : Optional.of(new FutureTask<>(() -> page(page.more())));
            next.ifPresent(Thread::startVirtualThread);
            listener.listed(page.objects());
            listedAt = page.resourceVersion();
        } while (next.isPresent());
        if (listedAt.isEmpty()) {
            // Of a proxy, perhaps: what is no list must not be taken for an empty one.
            throw new ApiFailure(0, "The answer for " + path + " is no list");
        }
        listener.listedAll(listedAt);
        resourceVersion = listedAt;
    }

    private ListPage page(String more) {
        return api.list(path, pageSize, more, apiVersion, kind);
    }

    private static ListPage awaited(FutureTask<ListPage> page) throws InterruptedException {
        try {
            return page.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof ApiFailure failure
                    ? failure
                    : new IllegalStateException(failed.getCause());
        }
    }

    private void watch() throws IOException {
        long seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextLong(WATCH_SECONDS);
        var stream =
                api.watch(
                        path
                                + "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
                                + seconds
                                + "&resourceVersion="
                                + KubernetesApi.encode(resourceVersion));
        try (var lines =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            watched = stream;
            for (var line = lines.readLine();
                    line != null && closed.getCount() > 0;
                    line = lines.readLine()) {
                handle(ApiJson.parse(line));
            }
        } finally {
            watched = null;
        }
    }

    private void handle(Map<String, Object> event) {
        var object = Json.object(event, "object");
        long version = WatchedCollection.version(object);
        switch (Json.string(event, "type")) {
            case "ADDED", "MODIFIED" -> listener.changed(object);
            case "DELETED" -> {
                // Before it is told of: else it could be taken in again in between.
                seen = version;
                listener.deleted(object);
            }
            case "ERROR" ->
                    throw new ApiFailure(
                            (int) Json.number(object, 500, "code"), Json.string(object, "message"));
            default -> {
                // A bookmark: only its resourceVersion counts.
            }
        }
        // After it was told of: else it could be missed in between.
        seen = version;
        resourceVersion = Json.string(object, "metadata", "resourceVersion");
        succeeded();
    }

    private void succeeded() {
        retryMillis = FIRST_RETRY_MILLIS;
        if (api.circuit().recovers(path)) {
            LOG.infof("Watching %s goes on, and all that failed since", path);
        }
    }

    private void answered(ApiFailure failure) {
        if (failure.code() == FORBIDDEN) {
            switch (refusals.get()) {
                case UNEXPECTED -> refused(failure, Logger.Level.WARN);
                case EXPECTED -> refused(failure, Logger.Level.DEBUG);
                case DOUBTFUL -> failed(failure);
            }
        } else if (NOT_SERVED.contains(failure.code())) {
            refused(failure, Logger.Level.WARN);
        } else {
            if (failure.code() != 0) {
                settled.countDown();
            }
            failed(failure);
        }
    }

    private void refused(ApiFailure failure, Logger.Level level) {
        settled.countDown();
        // Once is nothing: the right to see what is new may come a moment after it.
        if (retryMillis == 2 * FIRST_RETRY_MILLIS) {
            tell(level, failure);
        }
        pause(LAST_REFUSED_MILLIS);
    }

    private void failed(Exception failure) {
        if (closed.getCount() == 0) {
            return;
        }
        if (!(failure instanceof ApiFailure answer) || answer.code() == 0) {
            api.circuit().trouble();
        }
        // What concerns the whole server is told long before by who watches over the connection.
        if (retryMillis >= LAST_RETRY_MILLIS && api.circuit().fails(path)) {
            tell(Logger.Level.WARN, failure);
        }
        pause(LAST_RETRY_MILLIS);
    }

    private void tell(Logger.Level level, Exception failure) {
        LOG.logf(level, "Watching %s failed and is tried again: %s", path, failure.getMessage());
    }

    /// @param longestMillis up to which each pause is twice as long as the one before
    private void pause(long longestMillis) {
        try {
            var _ =
                    closed.await(
                            retryMillis + ThreadLocalRandom.current().nextLong(retryMillis),
                            TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            // Only close() interrupts, and the loop ends then.
            Thread.currentThread().interrupt();
        }
        retryMillis = Math.min(retryMillis * 2, longestMillis);
    }
}
