package io.tiphys.support;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_BOOL;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_BYTES;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_INT64;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_MESSAGE;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_STRING;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A plugin and its server, as users have them beside Argo CD: unpacks what it is sent, and runs a
/// shell's command in the source's folder. What it says and understands is written down here once
/// more, by names and numbers of fields, so that the client is not held against itself.
public final class PluginServer implements AutoCloseable {

    private static final Map<String, Descriptor> MESSAGES = messages();

    private final Path folder;
    private final Path socket;
    private final Server server;
    private final NioEventLoopGroup threads = new NioEventLoopGroup(2);
    private final String generate;
    private final Optional<String> discover;
    private final boolean provideGitCreds;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /// @param folder of all plugins' sockets
    /// @param generate command whose output are manifests
    /// @param discover command that says something if files are for the plugin; empty if it has no
    ///     rules
    public PluginServer(Path folder, String name, String generate, Optional<String> discover) {
        this(folder, name, generate, discover, false);
    }

    /// @param provideGitCreds as in a plugin's file
    public PluginServer(
            Path folder,
            String name,
            String generate,
            Optional<String> discover,
            boolean provideGitCreds) {
        this.provideGitCreds = provideGitCreds;
        this.folder = folder;
        this.generate = generate;
        this.discover = discover;
        try {
            Files.createDirectories(folder);
            socket = folder.resolve(name + ".sock");
            Files.deleteIfExists(socket);
            server =
                    NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                            .channelType(NioServerDomainSocketChannel.class)
                            .bossEventLoopGroup(threads)
                            .workerEventLoopGroup(threads)
                            .addService(service())
                            .build()
                            .start();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /// What it was asked, in order: the methods' names.
    public List<String> requests() {
        return requests;
    }

    /// Ends it as a crash does: with all connections, and the socket stays.
    public void crash() {
        server.shutdownNow();
    }

    @Override
    public void close() {
        crash();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
            Files.deleteIfExists(socket);
        } catch (InterruptedException | IOException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("plugin.ConfigManagementPluginService")
                .addMethod(
                        method("CheckPluginConfiguration", MethodType.UNARY, "Empty", "Configured"),
                        ServerCalls.asyncUnaryCall(
                                (_, answer) -> {
                                    requests.add("CheckPluginConfiguration");
                                    var flag = discover.isPresent();
                                    answer(
                                            answer,
                                            message(
                                                    "Configured",
                                                    "isDiscoveryConfigured",
                                                    flag,
                                                    "provideGitCreds",
                                                    provideGitCreds));
                                }))
                .addMethod(
                        method(
                                "MatchRepository",
                                MethodType.CLIENT_STREAMING,
                                "AppStreamRequest",
                                "RepositoryResponse"),
                        ServerCalls.asyncClientStreamingCall(
                                answer -> new Upload("MatchRepository", answer)))
                .addMethod(
                        method(
                                "GenerateManifest",
                                MethodType.CLIENT_STREAMING,
                                "AppStreamRequest",
                                "ManifestResponse"),
                        ServerCalls.asyncClientStreamingCall(
                                answer -> new Upload("GenerateManifest", answer)))
                .build();
    }

    private static void answer(StreamObserver<DynamicMessage> answer, DynamicMessage message) {
        answer.onNext(message);
        answer.onCompleted();
    }

    /// Takes one stream, and answers when it has ended.
    private final class Upload implements StreamObserver<DynamicMessage> {

        private final String method;
        private final StreamObserver<DynamicMessage> answer;
        private final Map<String, String> environment = new HashMap<>();
        private ByteString archive = ByteString.EMPTY;
        private String path = "";
        private String checksum = "";
        private long size = -1;

        Upload(String method, StreamObserver<DynamicMessage> answer) {
            this.method = method;
            this.answer = answer;
            requests.add(method);
        }

        @Override
        public void onNext(DynamicMessage message) {
            if (field(message, "file") instanceof DynamicMessage file && size >= 0) {
                archive = archive.concat((ByteString) field(file, "chunk"));
            } else {
                var metadata = (DynamicMessage) field(message, "metadata");
                path = (String) field(metadata, "appRelPath");
                checksum = (String) field(metadata, "checksum");
                size = (Long) field(metadata, "size");
                for (var entry : (List<?>) field(metadata, "env")) {
                    var variable = (DynamicMessage) entry;
                    environment.put(
                            (String) field(variable, "name"), (String) field(variable, "value"));
                }
            }
        }

        @Override
        public void onError(Throwable gone) {
            requests.add(method + " ended early");
        }

        @Override
        public void onCompleted() {
            Runnable work = this::run;
            // Reading from a process holds on to a thread.
            Thread.ofPlatform().daemon().start(Context.current().wrap(work));
        }

        private void run() {
            try {
                var files = unpack();
                if (method.equals("MatchRepository")) {
                    var found = shell(files, discover.orElse(""));
                    answer(
                            answer,
                            message(
                                    "RepositoryResponse",
                                    "isSupported",
                                    !found.isEmpty(),
                                    "isDiscoveryEnabled",
                                    discover.isPresent()));
                } else {
                    var texts = List.of(shell(files, generate).split("(?m)^---\n"));
                    answer(answer, message("ManifestResponse", "manifests", texts));
                }
            } catch (IOException | InterruptedException | IllegalStateException failed) {
                answer.onError(
                        Status.UNKNOWN
                                .withDescription(
                                        "error generating manifests: " + failed.getMessage())
                                .asException());
            }
        }

        private Path unpack() throws IOException, InterruptedException {
            var bytes = archive.toByteArray();
            if (bytes.length != size || !sha256(bytes).equals(checksum)) {
                throw new IllegalStateException("file checksum validation error");
            }
            // The name that a server gives to each request's files.
            var files = Files.createDirectories(folder.resolve("_cmp_server/" + UUID.randomUUID()));
            var file = Files.write(files.resolve("sent"), bytes);
            run(files, "tar xzf sent");
            Files.delete(file);
            return files.resolve(path);
        }

        private String shell(Path files, String command) throws IOException, InterruptedException {
            return run(files, command);
        }

        private String run(Path directory, String command)
                throws IOException, InterruptedException {
            var builder = new ProcessBuilder("sh", "-c", command).directory(directory.toFile());
            builder.environment().putAll(environment);
            var error = Files.createTempFile(folder, "error", "");
            var process = builder.redirectError(error.toFile()).start();
            // As when a caller goes, or its time is over.
            Context.current().addListener(_ -> kill(process), Runnable::run);
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        "`sh -c %s` failed exit status %d: %s in %s"
                                .formatted(command, status, Files.readString(error), directory));
            }
            return output;
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Object field(DynamicMessage message, String name) {
        var field = message.getDescriptorForType().findFieldByName(name);
        return field.hasPresence() && !message.hasField(field) ? "" : message.getField(field);
    }

    private static DynamicMessage message(String type, Object... fields) {
        var message = DynamicMessage.newBuilder(MESSAGES.get(type));
        for (int i = 0; i < fields.length; i += 2) {
            var field = MESSAGES.get(type).findFieldByName((String) fields[i]);
            message.setField(field, fields[i + 1]);
        }
        return message.build();
    }

    private static MethodDescriptor<DynamicMessage, DynamicMessage> method(
            String name, MethodType type, String request, String answer) {
        return MethodDescriptor.newBuilder(
                        new Messages(MESSAGES.get(request)), new Messages(MESSAGES.get(answer)))
                .setFullMethodName("plugin.ConfigManagementPluginService/" + name)
                .setType(type)
                .build();
    }

    private record Messages(Descriptor type) implements Marshaller<DynamicMessage> {

        @Override
        public InputStream stream(DynamicMessage message) {
            return message.toByteString().newInput();
        }

        @Override
        public DynamicMessage parse(InputStream stream) {
            try {
                return DynamicMessage.parseFrom(type, stream);
            } catch (IOException garbage) {
                throw new UncheckedIOException(garbage);
            }
        }
    }

    private static Map<String, Descriptor> messages() {
        var file =
                FileDescriptorProto.newBuilder()
                        .setSyntax("proto3")
                        .addMessageType(type("Empty"))
                        .addMessageType(
                                type(
                                        "AppStreamRequest",
                                        field(1, "metadata", TYPE_MESSAGE, "Metadata"),
                                        field(2, "file", TYPE_MESSAGE, "File")))
                        .addMessageType(
                                type(
                                        "Metadata",
                                        field(1, "appName", TYPE_STRING),
                                        field(2, "appRelPath", TYPE_STRING),
                                        field(3, "checksum", TYPE_STRING),
                                        field(4, "size", TYPE_INT64),
                                        repeated(field(5, "env", TYPE_MESSAGE, "Variable"))))
                        .addMessageType(
                                type(
                                        "Variable",
                                        field(1, "name", TYPE_STRING),
                                        field(2, "value", TYPE_STRING)))
                        .addMessageType(type("File", field(1, "chunk", TYPE_BYTES)))
                        .addMessageType(
                                type(
                                        "ManifestResponse",
                                        repeated(field(1, "manifests", TYPE_STRING)),
                                        field(2, "sourceType", TYPE_STRING)))
                        .addMessageType(
                                type(
                                        "RepositoryResponse",
                                        field(1, "isSupported", TYPE_BOOL),
                                        field(2, "isDiscoveryEnabled", TYPE_BOOL)))
                        .addMessageType(
                                type(
                                        "Configured",
                                        field(1, "isDiscoveryConfigured", TYPE_BOOL),
                                        field(2, "provideGitCreds", TYPE_BOOL)))
                        .build();
        try {
            var all = new HashMap<String, Descriptor>();
            FileDescriptor.buildFrom(file, new FileDescriptor[0])
                    .getMessageTypes()
                    .forEach(it -> all.put(it.getName(), it));
            return all;
        } catch (DescriptorValidationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static DescriptorProto type(String name, FieldDescriptorProto.Builder... fields) {
        var type = DescriptorProto.newBuilder().setName(name);
        Stream.of(fields).forEach(type::addField);
        return type.build();
    }

    private static FieldDescriptorProto.Builder field(int number, String name, Type type) {
        return FieldDescriptorProto.newBuilder().setNumber(number).setName(name).setType(type);
    }

    private static FieldDescriptorProto.Builder field(
            int number, String name, Type type, String of) {
        return field(number, name, type).setTypeName(of);
    }

    private static FieldDescriptorProto.Builder repeated(FieldDescriptorProto.Builder field) {
        return field.setLabel(Label.LABEL_REPEATED);
    }
}
