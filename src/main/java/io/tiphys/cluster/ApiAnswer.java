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

    /// What an answer may have, unpacked. etcd takes objects of 1.5 MiB, which JSON makes six times
    /// as long at worst: five of them are less, and the heap bears several such answers.
    static final int LONGEST = 64 << 20;

    private ApiAnswer() {}

    /// @return what is longer than [#LONGEST] up to the byte behind that, if it came compressed
    static byte[] inflated(HttpResponse<byte[]> response) throws IOException {
        if (!GZIP.equals(response.header("Content-Encoding"))) {
            return response.body();
        }
        try (var body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return body.readNBytes(LONGEST + 1);
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
