package io.tiphys.dev;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// The body of a request as a stream for blocking readers. At most a few network buffers wait in
/// memory, however large the body and however slow the reader: the next is asked for when one was
/// taken. Must be made on the event loop, before the request's handler returns.
final class RequestBody extends InputStream {

    private static final int WAITING = 8;

    private final HttpServerRequest request;
    private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(WAITING + 2);
    private Buffer current = Buffer.buffer();
    private int position;
    private boolean ended;
    private volatile boolean wanted = true;

    private sealed interface Part {
        record Chunk(Buffer bytes) implements Part {}

        record End() implements Part {}

        record Broken(Throwable cause) implements Part {}
    }

    RequestBody(HttpServerRequest request) {
        this.request = request;
        request.pause();
        request.handler(
                bytes -> {
                    if (wanted) {
                        parts.add(new Part.Chunk(bytes));
                    }
                });
        request.endHandler(_ -> parts.add(new Part.End()));
        // A connection may break after the end as well; nobody reads any more then.
        request.exceptionHandler(cause -> parts.offer(new Part.Broken(cause)));
        request.fetch(WAITING);
    }

    @Override
    public int read() throws IOException {
        return fill() ? current.getByte(position++) & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        var count = Math.min(length, current.length() - position);
        current.getBytes(position, position + count, target, offset);
        position += count;
        return count;
    }

    /// Lets what nobody wants to read pass by, so that the connection can serve the next request.
    void discard() {
        wanted = false;
        request.resume();
    }

    private boolean fill() throws IOException {
        while (!ended && position == current.length()) {
            switch (take()) {
                case Part.Chunk(var bytes) -> {
                    current = bytes;
                    position = 0;
                    request.fetch(1);
                }
                case Part.End() -> ended = true;
                case Part.Broken(var cause) ->
                        throw new IOException("The request broke off: " + cause, cause);
            }
        }
        return !ended;
    }

    private Part take() throws IOException {
        try {
            return parts.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while reading a request");
        }
    }
}
