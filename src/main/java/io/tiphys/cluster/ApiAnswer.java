package io.tiphys.cluster;

import io.fabric8.kubernetes.client.http.HttpResponse;
import io.tiphys.core.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/// Reads what an API server answered.
final class ApiAnswer {

    /// A server compresses what is long, if it was asked to.
    static final String GZIP = "gzip";

    /// A page of 500 of the largest objects that an API server keeps.
    private static final int LONGEST = 768 << 20;

    private ApiAnswer() {}

    /// @throws IOException also if there is too much of it
    static byte[] inflated(HttpResponse<byte[]> response) throws IOException {
        if (!GZIP.equals(response.header("Content-Encoding"))) {
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

    /// What a refusal says.
    static ApiFailure failure(HttpResponse<byte[]> response, String path) {
        try {
            return failure(response.code(), inflated(response), path);
        } catch (IOException broken) {
            return failure(response.code(), new byte[0], path);
        }
    }

    static ApiFailure failure(int code, byte[] body, String path) {
        var message = "";
        try {
            message = Json.string(ApiJson.parse(body), "message");
        } catch (IOException _) {
            // A proxy's page, not the API server's Status: the code has to do.
            message = "";
        }
        return new ApiFailure(
                code,
                message.isEmpty() ? "The API server answered " + code + " to " + path : message);
    }
}
