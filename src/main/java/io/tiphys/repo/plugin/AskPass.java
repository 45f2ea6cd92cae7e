package io.tiphys.repo.plugin;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.ManifestFailure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Lends passwords of Git repositories to plugins whose own files ask for it (`provideGitCreds`),
/// for as long as a call of theirs lasts. A plugin's environment holds a word, and no password:
/// `git` in it starts Argo CD's program, that says the word at a socket which only this service's
/// own user may open.
@Singleton
public final class AskPass {

    /// Nobody can guess it. Bytes.
    private static final int WORD = 32;

    /// A word is all that is ever asked.
    private static final int MAX_QUESTION = 1 << 10;

    private final Path socket;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Login.Password> lent = new ConcurrentHashMap<>();

    /// Made when the first password is lent.
    private @Nullable Listening listening;

    private record Listening(Server server, NioEventLoopGroup threads) {}

    public AskPass(PluginConfig config) {
        socket = config.credentialsSocket().toAbsolutePath();
    }

    /// One password, until it is closed.
    ///
    /// @param environment with which a plugin's `git` gets at it: Argo CD's variables
    public record Loan(Map<String, String> environment, Runnable end) implements AutoCloseable {

        /// Of nothing.
        public static final Loan NONE = new Loan(Map.of(), () -> {});

        @Override
        public void close() {
            end.run();
        }
    }

    /// @throws ManifestFailure if nobody can ask for it at the socket
    public Loan lend(Login.Password password) {
        listen();
        var bytes = new byte[WORD];
        random.nextBytes(bytes);
        var word = HexFormat.of().formatHex(bytes);
        lent.put(word, password);
        return new Loan(
                Map.of(
                        "GIT_ASKPASS", "argocd",
                        "ARGOCD_BINARY_NAME", "argocd-git-ask-pass",
                        "ARGOCD_GIT_ASKPASS_NONCE", word,
                        "ARGOCD_ASK_PASS_SOCK", socket.toString(),
                        "GIT_TERMINAL_PROMPT", "0"),
                () -> lent.remove(word));
    }

    private synchronized void listen() {
        if (listening != null) {
            return;
        }
        var threads = new NioEventLoopGroup(1, new DefaultThreadFactory("askpass", true));
        try {
            // One of an earlier process, which nobody answers.
            Files.deleteIfExists(socket);
            var server =
                    NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                            .channelType(NioServerDomainSocketChannel.class)
                            .bossEventLoopGroup(threads)
                            .workerEventLoopGroup(threads)
                            .executor(Thread::startVirtualThread)
                            .maxInboundMessageSize(MAX_QUESTION)
                            .addService(service())
                            .build()
                            .start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            listening = new Listening(server, threads);
        } catch (IOException unusable) {
            var _ = threads.shutdownGracefully(0, 0, SECONDS);
            throw new ManifestFailure(
                    "A plugin asks for the repository's credential, and no socket can be made at %s"
                                    .formatted(socket)
                            + " (tiphys.repo.plugins.credentials-socket): "
                            + unusable.getMessage(),
                    true);
        }
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(AskPassProtocol.SERVICE)
                .addMethod(AskPassProtocol.CREDENTIALS, ServerCalls.asyncUnaryCall(this::answer))
                .build();
    }

    private void answer(String word, StreamObserver<Login.Password> answer) {
        var password = lent.get(word);
        if (password == null) {
            answer.onError(Status.NOT_FOUND.withDescription("unknown nonce").asException());
        } else {
            answer.onNext(password);
            answer.onCompleted();
        }
    }

    @PreDestroy
    public synchronized void close() throws IOException {
        if (listening != null) {
            listening.server().shutdownNow();
            var _ = listening.threads().shutdownGracefully(0, 0, SECONDS);
            Files.deleteIfExists(socket);
            listening = null;
        }
    }
}
