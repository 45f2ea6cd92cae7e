package io.tiphys.support;

import static org.eclipse.jgit.transport.ReceiveCommand.Result.REJECTED_OTHER_REASON;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPack.RequestPolicy;
import org.eclipse.jgit.transport.UploadPackInternalServerErrorException;

/// A Git host in this process that counts what it is asked: every bare repository below a folder,
/// to be read and pushed to over smart HTTP. It posts no webhooks.
public final class GitHost implements AutoCloseable {

    private static final String READ = "git-upload-pack";
    private static final String WRITE = "git-receive-pack";

    /// How soon who waits for a turn notices that none is needed any more.
    private static final long PATIENCE_NANOS = 20_000_000;

    private final Path folder;
    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private volatile long nanosBetweenConnects;
    private final AtomicReference<String> refusal = new AtomicReference<>("");
    private final AtomicLong nextConnect = new AtomicLong(System.nanoTime());
    private final Map<String, Long> lastConnects = new ConcurrentHashMap<>();
    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong lists = new AtomicLong();
    private final AtomicLong fetches = new AtomicLong();
    private final AtomicLong pushes = new AtomicLong();
    private final Map<String, Long> pushed = new ConcurrentHashMap<>();

    /// What was asked.
    ///
    /// @param connects how often somebody began, to read
    /// @param lists how often refs were listed
    /// @param fetches how often objects were asked for
    /// @param pushes how often somebody sent some
    public record Traffic(long connects, long lists, long fetches, long pushes) {

        public Traffic since(Traffic before) {
            return new Traffic(
                    connects - before.connects,
                    lists - before.lists,
                    fetches - before.fetches,
                    pushes - before.pushes);
        }

        /// Who connected and fetched nothing only looked where refs are.
        public long looks() {
            return connects - fetches;
        }
    }

    private GitHost(Path folder, HttpServer server) {
        this.folder = folder;
        this.server = server;
    }

    public static GitHost start(Path folder) throws IOException {
        // Without it an answer of two parts waits for the client's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        var host = new GitHost(folder, server);
        server.createContext("/", host::answer);
        server.setExecutor(host.workers);
        server.start();
        return host;
    }

    /// Where a repository is, by the name of its folder.
    public String address(String name) {
        return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), name);
    }

    /// Leaves what is below a path to somebody else.
    public void leave(String path, HttpHandler other) {
        server.createContext(path, other);
    }

    /// When somebody asked for a repository last, by `System.nanoTime()`; empty if nobody did.
    public OptionalLong lastConnect(String name) {
        var last = lastConnects.get(name);
        return last == null ? OptionalLong.empty() : OptionalLong.of(last);
    }

    /// Lets nobody begin more often than so many times a second; whoever comes sooner waits, as at
    /// a host that is busy or counts requests. 0: no limit.
    public void limitConnects(int perSecond) {
        nanosBetweenConnects = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
    }

    /// Does not take the next push.
    ///
    /// @param reason that whoever pushes is told
    public void refusePush(String reason) {
        refusal.set(reason);
    }

    /// Moves a repository's `main`, past everybody: nobody is told.
    public void move(String name, String commit) throws IOException {
        var main = repository(name).updateRef("refs/heads/main");
        main.setNewObjectId(ObjectId.fromString(commit));
        main.forceUpdate();
    }

    /// When commits became a branch's tip by a push, by `System.nanoTime()`.
    public Map<String, Long> pushed() {
        return pushed;
    }

    public Traffic traffic() {
        return new Traffic(connects.get(), lists.get(), fetches.get(), pushes.get());
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().split("/", 3);
        try (exchange) {
            switch (path[2]) {
                case "info/refs" -> {
                    if (isToWrite(exchange)) {
                        respond(exchange, WRITE, "advertisement", writable(path[1]));
                        return;
                    }
                    connects.incrementAndGet();
                    lastConnects.put(path[1], System.nanoTime());
                    awaitTurn();
                    respond(exchange, READ, "advertisement", advertised(exchange, path[1]));
                }
                case READ -> respond(exchange, READ, "result", exchanged(exchange, path[1]));
                case WRITE -> respond(exchange, WRITE, "result", received(exchange, path[1]));
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void awaitTurn() {
        long between = nanosBetweenConnects;
        long turn =
                nextConnect.updateAndGet(planned -> Math.max(planned + between, System.nanoTime()));
        while (nanosBetweenConnects != 0 && turn - System.nanoTime() > 0) {
            LockSupport.parkNanos(Math.min(PATIENCE_NANOS, turn - System.nanoTime()));
        }
    }

    private byte[] advertised(HttpExchange exchange, String name) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var upload = upload(exchange, name)) {
            upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(out)), READ);
        }
        return out.toByteArray();
    }

    private static boolean isToWrite(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestURI().getQuery()).contains(WRITE);
    }

    private byte[] writable(String name) throws IOException {
        var out = new ByteArrayOutputStream();
        var lines = new PacketLineOut(out);
        lines.writeString("# service=" + WRITE + "\n");
        lines.end();
        receive(name).sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
        return out.toByteArray();
    }

    private byte[] received(HttpExchange exchange, String name) throws IOException {
        pushes.incrementAndGet();
        var out = new ByteArrayOutputStream();
        receive(name).receive(new ByteArrayInputStream(body(exchange)), out, null);
        return out.toByteArray();
    }

    private ReceivePack receive(String name) {
        var receive = new ReceivePack(repository(name));
        receive.setBiDirectionalPipe(false);
        receive.setPreReceiveHook(
                (_, commands) -> {
                    var reason = refusal.getAndSet("");
                    if (!reason.isEmpty()) {
                        commands.forEach(it -> it.setResult(REJECTED_OTHER_REASON, reason));
                    }
                });
        receive.setPostReceiveHook(
                (_, commands) -> {
                    long now = System.nanoTime();
                    commands.forEach(it -> pushed.putIfAbsent(it.getNewId().name(), now));
                });
        return receive;
    }

    private byte[] exchanged(HttpExchange exchange, String name) throws IOException {
        var request = body(exchange);
        boolean list = new String(request, StandardCharsets.ISO_8859_1).contains("command=ls-refs");
        (list ? lists : fetches).incrementAndGet();
        var out = new ByteArrayOutputStream();
        try (var upload = upload(exchange, name)) {
            upload.upload(new ByteArrayInputStream(request), out, null);
        } catch (UploadPackInternalServerErrorException refused) {
            // The client is told in what was written.
        }
        return out.toByteArray();
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        var encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        try (InputStream in =
                "gzip".equals(encoding)
                        ? new GZIPInputStream(exchange.getRequestBody())
                        : exchange.getRequestBody()) {
            return in.readAllBytes();
        }
    }

    private UploadPack upload(HttpExchange exchange, String name) {
        var upload = new UploadPack(repository(name));
        upload.setBiDirectionalPipe(false);
        upload.setRequestPolicy(RequestPolicy.ANY);
        var protocol =
                Objects.requireNonNullElse(
                        exchange.getRequestHeaders().getFirst("Git-Protocol"), "");
        upload.setExtraParameters(List.of(protocol.split(":", -1)));
        return upload;
    }

    private Repository repository(String name) {
        return repositories.computeIfAbsent(name, this::open);
    }

    private Repository open(String name) {
        try {
            return new FileRepositoryBuilder()
                    .setGitDir(folder.resolve(name).toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
        } catch (IOException missing) {
            throw new UncheckedIOException("There is no repository " + name, missing);
        }
    }

    private static void respond(HttpExchange exchange, String service, String kind, byte[] answer)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-" + service + "-" + kind);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
    }

    @Override
    public void close() {
        server.stop(0);
        workers.close();
        repositories.values().forEach(Repository::close);
    }
}
