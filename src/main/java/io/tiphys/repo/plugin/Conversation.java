package io.tiphys.repo.plugin;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// One connection to a plugin, for some calls after each other. Each may take its time and no
/// longer; the plugin's server is told how long that is.
final class Conversation implements AutoCloseable {

    /// What a plugin says of its failure comes in a header, of the size that Argo CD takes.
    private static final int MAX_HEADERS = 16 << 20;

    private static final int CHUNK = 64 << 10;

    /// A server ends its command somewhat before the time is over, so that it can still say so.
    /// Milliseconds.
    private static final int SERVERS_HASTE = 500;

    private final Plugin plugin;
    private final Duration time;
    private final ManagedChannel channel;

    private interface Sending {
        void over(Call<?> call) throws InterruptedException;
    }

    /// @param time that each call may take
    /// @param maxAnswer bytes of an answer
    Conversation(Plugin plugin, EventLoopGroup threads, Duration time, int maxAnswer) {
        this.plugin = plugin;
        this.time = time;
        channel =
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(plugin.socket()))
                        .channelType(NioDomainSocketChannel.class)
                        .eventLoopGroup(threads)
                        .executor(Thread::startVirtualThread)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .maxInboundMessageSize(maxAnswer)
                        .maxInboundMetadataSize(MAX_HEADERS)
                        .build();
    }

    /// How the plugin is set up: flags of [PluginProtocol#CONFIGURATION].
    Set<Integer> configuration() {
        return called(PluginProtocol.CONFIGURATION, call -> call.send(PluginProtocol.EMPTY));
    }

    /// Whether files are for the plugin, by its own rules.
    ///
    /// @param otherwise the answer of a plugin that has none
    boolean matches(Parcel parcel, boolean otherwise) {
        Set<Integer> flags = streamed(PluginProtocol.MATCH, parcel);
        return flags.contains(PluginProtocol.SUPPORTS)
                || (otherwise && !flags.contains(PluginProtocol.DISCOVERED));
    }

    List<String> generate(Parcel parcel) {
        return streamed(PluginProtocol.GENERATE, parcel);
    }

    private <T> T streamed(MethodDescriptor<byte[], T> method, Parcel parcel) {
        return called(method, call -> send(call, parcel));
    }

    private static void send(Call<?> call, Parcel parcel) throws InterruptedException {
        try (var file = Files.newInputStream(parcel.archive())) {
            long size = Files.size(parcel.archive());
            boolean wanted = call.send(PluginProtocol.metadata(parcel, size));
            for (var chunk = file.readNBytes(CHUNK);
                    wanted && chunk.length > 0;
                    chunk = file.readNBytes(CHUNK)) {
                wanted = call.send(PluginProtocol.chunk(chunk));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("An archive cannot be read", unreadable);
        }
    }

    private <T> T called(MethodDescriptor<byte[], T> method, Sending sending) {
        var deadline = Deadline.after(time.toNanos(), NANOSECONDS);
        var call = new Call<>(channel, method, CallOptions.DEFAULT.withDeadline(deadline));
        try {
            call.start();
            sending.over(call);
            return call.answer();
        } catch (StatusException failed) {
            throw failure(failed.getStatus(), deadline);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted", true);
        } finally {
            call.cancel();
        }
    }

    /// What a plugin itself calls a failure is for its author; that nobody answers may pass.
    private ManifestFailure failure(Status status, Deadline deadline) {
        var said = Objects.requireNonNullElse(status.getDescription(), "");
        boolean late = deadline.timeRemaining(MILLISECONDS) < SERVERS_HASTE;
        if (late) {
            return failure(
                    "took longer than %s (tiphys.repo.plugins.time): %s".formatted(time, said),
                    true);
        }
        return switch (status.getCode()) {
            case UNKNOWN -> failure("failed: " + said, false);
            case UNIMPLEMENTED -> failure("is none: " + said, false);
            case RESOURCE_EXHAUSTED ->
                    failure("answers more than tiphys.repo.plugins.output allows: " + said, false);
            default -> {
                var cause = Optional.ofNullable(status.getCause()).map(it -> ": " + it);
                yield failure("does not answer: " + said + cause.orElse(""), true);
            }
        };
    }

    private ManifestFailure failure(String what, boolean passing) {
        return new ManifestFailure("The plugin %s %s".formatted(plugin.name(), what), passing);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
