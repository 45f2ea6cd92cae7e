package io.tiphys.cluster;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that ends when the circuit breaks: what does not answer may never end it.
final class BreakableStream extends FilterInputStream {

    private final Circuit circuit;
    private final Runnable end = this::closeQuietly;

    /// @throws ApiFailure if it is broken already; the stream is closed then
    BreakableStream(InputStream lines, Circuit circuit) throws IOException {
        super(lines);
        this.circuit = circuit;
        try {
            circuit.enter(end);
        } catch (ApiFailure broken) {
            lines.close();
            throw broken;
        }
    }

    @Override
    public void close() throws IOException {
        circuit.leave(end);
        super.close();
    }

    private void closeQuietly() {
        try {
            in.close();
        } catch (IOException _) {
            // Its reader is told by the next read.
            circuit.leave(end);
        }
    }
}
