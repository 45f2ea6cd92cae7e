package io.tiphys.repo.host;

import io.tiphys.repo.ManifestFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/// A stream that may not be longer than allowed.
public final class Bounded extends FilterInputStream {

    private final Supplier<ManifestFailure> tooLong;
    private final Runnable watch;
    private long left;

    /// @param watch run before each read; may throw
    public Bounded(
            InputStream in, long maxBytes, Supplier<ManifestFailure> tooLong, Runnable watch) {
        super(in);
        this.left = maxBytes;
        this.tooLong = tooLong;
        this.watch = watch;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        watch.run();
        int read = super.read(into, offset, length);
        left -= Math.max(read, 0);
        if (left < 0) {
            throw tooLong.get();
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        return count <= 0 || read() < 0 ? 0 : 1;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
