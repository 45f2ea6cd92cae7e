package io.tiphys.repo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Files on the disk that can be had again. What was not used for long is deleted, and what was
/// used least if they take too much room.
public final class KeptFiles {

    private static final String UNFINISHED = ".unfinished";

    /// What is older is of a process that was killed.
    private static final Duration WORK = Duration.ofHours(1);

    private final Path directory;
    private final String ending;
    private final long maxBytes;
    private final Duration unusedAfter;
    private final InstantSource clock;

    /// @param directory that holds nothing else; need not be there
    /// @param ending of their names, with its dot
    /// @param maxBytes that all of them may take before one is added
    /// @param unusedAfter how long a file is kept that nobody uses; zero: for ever
    public KeptFiles(
            Path directory,
            String ending,
            long maxBytes,
            Duration unusedAfter,
            InstantSource clock) {
        this.directory = directory;
        this.ending = ending;
        this.maxBytes = maxBytes;
        this.unusedAfter = unusedAfter;
        this.clock = clock;
    }

    /// Where a file is, or will be.
    public Path file(String name) {
        return directory.resolve(name + ending);
    }

    /// Notes that a file is in use.
    ///
    /// @throws NoSuchFileException if it was deleted
    public void use(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    /// A file to be filled, and then moved or deleted, for which room is made.
    public Path begin() throws IOException {
        Files.createDirectories(directory);
        tidy();
        return Files.createTempFile(directory, "new", UNFINISHED);
    }

    private record Kept(Path file, long bytes, Instant used) {}

    private void tidy() throws IOException {
        var since = unusedAfter.isZero() ? Instant.MIN : clock.instant().minus(unusedAfter);
        var unfinishedSince = clock.instant().minus(WORK);
        long bytes = 0;
        for (var it : newestFirst()) {
            bytes += it.bytes();
            boolean abandoned =
                    it.file().toString().endsWith(UNFINISHED)
                            && it.used().isBefore(unfinishedSince);
            boolean tooMuch =
                    it.file().toString().endsWith(ending)
                            && (it.used().isBefore(since) || bytes > maxBytes);
            if (abandoned || tooMuch) {
                Files.deleteIfExists(it.file());
            }
        }
    }

    private List<Kept> newestFirst() throws IOException {
        var kept = new ArrayList<Kept>();
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                try {
                    var used = Files.getLastModifiedTime(file).toInstant();
                    kept.add(new Kept(file, Files.size(file), used));
                } catch (NoSuchFileException gone) {
                    // Somebody was quicker.
                }
            }
        }
        kept.sort(Comparator.comparing(Kept::used, Comparator.reverseOrder()));
        return kept;
    }
}
