package io.tiphys.repo.plugin;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.tiphys.core.model.GitCredential.Login;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// What Argo CD's program asks that `git` starts for a password: one method of a gRPC service, with
/// a word in the question's first field, and user and password in the answer's.
final class AskPassProtocol {

    static final String SERVICE = "askpass.AskPassService";

    static final MethodDescriptor<String, Login.Password> CREDENTIALS =
            MethodDescriptor.newBuilder(new Questions(), new Answers())
                    .setFullMethodName(
                            MethodDescriptor.generateFullMethodName(SERVICE, "GetCredentials"))
                    .setType(MethodType.UNARY)
                    .build();

    private static final int WORD = (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private AskPassProtocol() {}

    private record Questions() implements Marshaller<String> {

        @Override
        public InputStream stream(String word) {
            throw new IllegalStateException("A server writes no questions");
        }

        @Override
        public String parse(InputStream stream) {
            try {
                var in = CodedInputStream.newInstance(stream);
                var word = "";
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == WORD) {
                        word = in.readStringRequireUtf8();
                    } else {
                        in.skipField(tag);
                    }
                }
                return word;
            } catch (IOException garbage) {
                // Which is no word that anybody was given, and refused as such.
                return "";
            }
        }
    }

    private record Answers() implements Marshaller<Login.Password> {

        @Override
        public InputStream stream(Login.Password answer) {
            var bytes = new ByteArrayOutputStream();
            try {
                var out = CodedOutputStream.newInstance(bytes);
                out.writeString(1, answer.user().text());
                out.writeString(2, answer.password().text());
                out.flush();
                return new ByteArrayInputStream(bytes.toByteArray());
            } catch (IOException impossible) {
                throw new UncheckedIOException("Memory takes everything", impossible);
            }
        }

        @Override
        public Login.Password parse(InputStream stream) {
            throw new IllegalStateException("A server reads no answers");
        }
    }
}
