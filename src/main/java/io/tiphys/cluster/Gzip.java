package io.tiphys.cluster;

import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// How a server compresses what is long, if it was asked to.
final class Gzip {

    static final String ENCODING = "gzip";

    /// A page of 500 of the largest objects that an API server keeps, in bytes.
    private static final int LONGEST = 768 << 20;

    private Gzip() {}

    /// What was answered, as it was before it was compressed.
    ///
    /// @throws IOException if it is not what it claims to be, or longer than any list
    static byte[] body(HttpResponse<byte[]> response) throws IOException {
        if (!ENCODING.equals(response.header("Content-Encoding"))) {
            return response.body();
        }
        try (var body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            var inflated = body.readNBytes(LONGEST);
            if (body.read() >= 0) {
                throw new IOException("It is too long");
            }
            return inflated;
        }
    }
}
