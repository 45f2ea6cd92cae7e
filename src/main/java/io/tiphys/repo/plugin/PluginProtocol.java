package io.tiphys.repo.plugin;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What plugin servers understand: methods of a gRPC service, and messages in protocol buffers,
/// whose fields have numbers. Requests are written here; of answers only what is used is read.
final class PluginProtocol {

    /// How a plugin is set up. The answer's flags are [#DISCOVERS] and [#BORROWS].
    static final MethodDescriptor<byte[], Set<Integer>> CONFIGURATION =
            method("CheckPluginConfiguration", MethodType.UNARY, PluginProtocol::flags);

    /// Whether files are for a plugin. The answer's flags are [#SUPPORTS] and [#DISCOVERED].
    static final MethodDescriptor<byte[], Set<Integer>> MATCH =
            method("MatchRepository", MethodType.CLIENT_STREAMING, PluginProtocol::flags);

    /// What a plugin makes of files: texts of YAML or JSON.
    static final MethodDescriptor<byte[], List<String>> GENERATE =
            method("GenerateManifest", MethodType.CLIENT_STREAMING, PluginProtocol::manifests);

    static final byte[] EMPTY = {};

    static final int DISCOVERS = 1;
    static final int BORROWS = 2;

    static final int SUPPORTS = 1;
    static final int DISCOVERED = 2;

    private static final String SERVICE = "plugin.ConfigManagementPluginService";

    private static final int MANIFEST = (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(CodedInputStream in) throws IOException;
    }

    private record Requests() implements Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new IllegalStateException("A client reads no requests");
        }
    }

    private record Answers<T>(Reading<T> reading) implements Marshaller<T> {

        @Override
        public InputStream stream(T message) {
            throw new IllegalStateException("A client writes no answers");
        }

        @Override
        public T parse(InputStream stream) {
            try {
                return reading.from(CodedInputStream.newInstance(stream));
            } catch (IOException garbage) {
                throw Status.INTERNAL
                        .withDescription("an answer that is none")
                        .withCause(garbage)
                        .asRuntimeException();
            }
        }
    }

    private PluginProtocol() {}

    private static <T> MethodDescriptor<byte[], T> method(
            String name, MethodType type, Reading<T> reading) {
        return MethodDescriptor.newBuilder(new Requests(), new Answers<>(reading))
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setType(type)
                .build();
    }

    /// The first message of a stream.
    ///
    /// @param size of the archive, in bytes
    static byte[] metadata(Parcel parcel, long size) {
        return message(
                stream ->
                        stream.writeByteArray(
                                1,
                                message(
                                        out -> {
                                            out.writeString(1, parcel.application());
                                            out.writeString(2, parcel.path());
                                            out.writeString(3, parcel.checksum());
                                            out.writeInt64(4, size);
                                            for (var it : parcel.environment().entrySet()) {
                                                out.writeByteArray(5, variable(it));
                                            }
                                        })));
    }

    private static byte[] variable(Map.Entry<String, String> variable) {
        return message(
                out -> {
                    out.writeString(1, variable.getKey());
                    out.writeString(2, variable.getValue());
                });
    }

    /// Every further message of a stream: a part of the archive.
    static byte[] chunk(byte[] content) {
        var file = message(out -> out.writeByteArray(1, content));
        return message(out -> out.writeByteArray(2, file));
    }

    private static byte[] message(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            writing.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Memory takes everything", impossible);
        }
    }

    /// The fields that are true.
    private static Set<Integer> flags(CodedInputStream in) throws IOException {
        var flags = new HashSet<Integer>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_VARINT) {
                in.skipField(tag);
            } else if (in.readBool()) {
                flags.add(WireFormat.getTagFieldNumber(tag));
            }
        }
        return flags;
    }

    private static List<String> manifests(CodedInputStream in) throws IOException {
        var manifests = new ArrayList<String>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == MANIFEST) {
                manifests.add(in.readStringRequireUtf8());
            } else {
                in.skipField(tag);
            }
        }
        return manifests;
    }
}
