package io.tiphys.dev;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;

/// The body of a response as a stream for blocking writers: a write returns when the network has
/// taken the bytes, so that a slow client slows its writer and fills no memory.
final class ResponseBody extends OutputStream {

    private final HttpServerResponse response;

    ResponseBody(HttpServerResponse response) {
        this.response = response.setChunked(true);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        var written = response.write(Buffer.buffer(length).appendBytes(source, offset, length));
        try {
            written.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("The client went away: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while answering");
        }
    }
}
