package io.tiphys.dev;

import io.tiphys.dev.PushHook.RefUpdate;
import io.tiphys.repo.git.IsolatedSystemReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.FileUtils;

/// A Git repository with manifests to try things on, and the host that serves it: anybody on this
/// machine can clone it over smart HTTP and push to it.
public final class SampleRepository implements AutoCloseable {

    static final String SAMPLES = "/dev/sample-repo/";

    /// Listed, because a class path cannot be; a test holds the list against the directory.
    static final List<String> FILES =
            List.of(
                    "README.md",
                    "api/deployment.yaml",
                    "api/service.yaml",
                    "guestbook/configmap.yaml",
                    "guestbook/deployment.yaml",
                    "guestbook/service.yaml");

    private static final String BRANCH = Constants.R_HEADS + "main";
    private static final long MAX_BODY_SIZE = 256L * 1024 * 1024;
    private static final int IDLE_SECONDS = 120;
    private static final int PATIENCE_SECONDS = 30;

    private final Repository repository;
    private final SmartHttp http;
    private final Vertx vertx;
    private final URI cloneUrl;

    private SampleRepository(Repository repository, SmartHttp http, Vertx vertx, URI cloneUrl) {
        this.repository = repository;
        this.http = http;
        this.vertx = vertx;
        this.cloneUrl = cloneUrl;
    }

    /// Serves the bare repository in the directory, which is made with its first commit if it is
    /// absent. Port 0 takes a free one. Blocks: not for an event loop.
    public static SampleRepository start(Path directory, int port, PushHook hook) {
        IsolatedSystemReader.install();
        if (!Files.exists(directory)) {
            create(directory);
        }
        var repository = open(directory);
        var listening = port == 0 ? Loopback.freePort() : port;
        var cloneUrl = URI.create("http://%s:%d/sample.git".formatted(Loopback.HOST, listening));
        var http = new SmartHttp(repository, cloneUrl, MAX_BODY_SIZE, hook);
        var options =
                new HttpServerOptions()
                        .setHost(Loopback.HOST)
                        .setPort(listening)
                        // Git speaks HTTP/1.1 where there is no TLS; one protocol less to go wrong.
                        .setHttp2ClearTextEnabled(false)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setHandle100ContinueAutomatically(true);
        var vertx = Vertx.vertx(eventLoop());
        var sample = new SampleRepository(repository, http, vertx, cloneUrl);
        try {
            await(vertx.createHttpServer(options).requestHandler(http::handle).listen());
        } catch (IllegalStateException e) {
            sample.close();
            throw new IllegalStateException(
                    "The sample repository cannot be served at " + cloneUrl + ": " + e.getMessage(),
                    e);
        }
        return sample;
    }

    public URI cloneUrl() {
        return cloneUrl;
    }

    /// Tells of the newest commit on the default branch as of the push that brought it. A host
    /// whose deliveries found nobody listening is asked to repeat the last one; here it does so by
    /// itself.
    public void repeatLastPush(PushHook hook) {
        try (var walk = new RevWalk(repository)) {
            var branch = repository.resolve(BRANCH);
            if (branch == null) {
                return;
            }
            var tip = walk.parseCommit(branch);
            var before = tip.getParentCount() == 0 ? ObjectId.zeroId() : tip.getParent(0).getId();
            hook.pushed(repository, cloneUrl, new RefUpdate(BRANCH, before, tip, false, "sample"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The sample repository cannot be read", unreadable);
        }
    }

    /// The Applications that deploy what is in here, as YAML documents.
    public String applications() {
        return new String(resource("/dev/applications.yaml"), StandardCharsets.UTF_8)
                .replace("@SAMPLE_REPOSITORY@", cloneUrl.toString());
    }

    @Override
    public void close() {
        try {
            await(vertx.close());
        } finally {
            http.close();
            repository.close();
        }
    }

    /// An event loop of its own: only when that has ended is the port certain to be free for a next
    /// start, and two servers of one Vert.x would share a port without a word.
    private static VertxOptions eventLoop() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false));
    }

    /// A process that is killed in here leaves a directory of another name, and none to mistake for
    /// a repository.
    private static void create(Path directory) {
        var unfinished = directory.resolveSibling(directory.getFileName() + ".new");
        try {
            FileUtils.delete(unfinished.toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING);
            Files.createDirectories(unfinished);
            try (var repository =
                    new RepositoryBuilder().setGitDir(unfinished.toFile()).setBare().build()) {
                repository.create(true);
                repository.updateRef(Constants.HEAD).link(BRANCH);
                var main = repository.updateRef(BRANCH);
                main.setNewObjectId(commitSamples(repository));
                main.update();
            }
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the sample repository " + directory, e);
        }
    }

    private static ObjectId commitSamples(Repository repository) throws IOException {
        try (var inserter = repository.newObjectInserter()) {
            var commit = new CommitBuilder();
            commit.setTreeId(insertSamples(inserter));
            var author = new PersonIdent("Tiphys", "sample@localhost");
            commit.setAuthor(author);
            commit.setCommitter(author);
            commit.setMessage("Deploy a guestbook and an order service\n");
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    private static ObjectId insertSamples(ObjectInserter inserter) throws IOException {
        var tree = DirCache.newInCore();
        var builder = tree.builder();
        for (var file : FILES) {
            var entry = new DirCacheEntry(file);
            entry.setFileMode(FileMode.REGULAR_FILE);
            entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, resource(SAMPLES + file)));
            builder.add(entry);
        }
        builder.finish();
        return tree.writeTree(inserter);
    }

    private static Repository open(Path directory) {
        try {
            return new RepositoryBuilder()
                    .setGitDir(directory.toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open the sample repository " + directory, e);
        }
    }

    private static byte[] resource(String name) {
        try (var in = SampleRepository.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Future<?> future) {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("No answer in " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}
