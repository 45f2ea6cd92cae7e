package io.tiphys.support;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Asks for a password as the program does that `git` starts beside a plugin.
public final class AskPassClient implements AutoCloseable {

    private static final MethodDescriptor<byte[], byte[]> METHOD =
            MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                    .setFullMethodName("askpass.AskPassService/GetCredentials")
                    .setType(MethodType.UNARY)
                    .build();

    private final NioEventLoopGroup threads = new NioEventLoopGroup(1);
    private final ManagedChannel channel;

    public AskPassClient(Path socket) {
        channel =
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                        .channelType(NioDomainSocketChannel.class)
                        .eventLoopGroup(threads)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .build();
    }

    private record Bytes() implements Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    /// @return user and password, or the code of the refusal
    public String ask(String word) throws IOException {
        var question = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(question);
        out.writeString(1, word);
        out.flush();
        return askRaw(question.toByteArray());
    }

    /// As [#ask], whatever the message is.
    public String askRaw(byte[] question) throws IOException {
        try {
            var answer =
                    ClientCalls.blockingUnaryCall(
                            channel,
                            METHOD,
                            CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                            question);
            var in = CodedInputStream.newInstance(answer);
            in.readTag();
            var user = in.readString();
            in.readTag();
            return user + " " + in.readString();
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode().name();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
