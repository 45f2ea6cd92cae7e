package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Pattern;

/// A file that a repository only points to, by Git LFS.
///
/// @param digest by SHA-256, as [io.tiphys.repo.Digest] has it
/// @param size in bytes, as its author says
record LargeFile(String digest, long size) {

    private static final int MIN_POINTER_BYTES = 100;

    /// By the specification.
    private static final int MAX_POINTER_BYTES = 1023;

    /// Keys in the order of the alphabet but for the version, each line with an end.
    private static final Pattern POINTER =
            Pattern.compile(
                    "version https://git-lfs\\.github\\.com/spec/v1\\n"
                            + "(?:ext-[^\\n]*\\n)*"
                            + "oid (sha256:[0-9a-f]{64})\\n"
                            + "size ([0-9]{1,18})"
                            + "(?:\\n[^\\n]+)*\\n?");

    /// Whether a file of that size need be looked at.
    static boolean mayBePointedTo(long bytes) {
        return bytes >= MIN_POINTER_BYTES && bytes <= MAX_POINTER_BYTES;
    }

    /// @return empty for what is no pointer, and stands for itself
    static Optional<LargeFile> pointedTo(byte[] content) {
        var pointer = POINTER.matcher(new String(content, UTF_8));
        return pointer.matches()
                ? Optional.of(new LargeFile(pointer.group(1), Long.parseLong(pointer.group(2))))
                : Optional.empty();
    }
}
