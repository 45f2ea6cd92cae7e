package io.tiphys.repo.cache;

import io.quarkus.runtime.ApplicationConfig;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.RenderedStore;
import io.tiphys.repo.RepoConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/// A file for each rendering, named by its inputs, that nobody but this service's user may read:
/// manifests hold secrets. Files of another version of the service, which may render otherwise, are
/// removed when this one starts.
///
/// The bytes that files take are bounded. When there are too many, an eighth goes: what was neither
/// written nor read for the longest time. Only then, and at the start, is the folder listed.
@Singleton
class DiskStore implements RenderedStore {

    private static final Logger LOG = Logger.getLogger(DiskStore.class);

    /// How files are written. Another number, and those of old are not read.
    private static final int FORMAT = 1;

    private static final Pattern FOLDER = Pattern.compile("-\\d+$");

    private static final String KEY = "key";

    private static final String UNFINISHED = ".new";

    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /// What a file system gives at once.
    private static final int BLOCK_BYTES = 4096;

    private final long maxBytes;
    private final Path parent;
    private final Path folder;
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Optional<Seal> seal;

    private record Kept(String name, long bytes, FileTime used) {}

    @Inject
    DiskStore(RepoConfig config, ApplicationConfig application) {
        this(
                config.directory().resolve("rendered"),
                application.version().orElse("unknown"),
                config.cacheOnDisk().asLongValue());
    }

    /// @param version of the service
    /// @param maxBytes 0 to keep nothing
    DiskStore(Path parent, String version, long maxBytes) {
        this.maxBytes = maxBytes;
        this.parent = parent;
        folder = parent.resolve(version + "-" + FORMAT);
        seal = maxBytes == 0 ? Optional.empty() : start();
    }

    private Optional<Seal> start() {
        try {
            Files.createDirectories(folder, only("rwx------"));
            removeOtherVersions();
            removeUnfinished();
            shrink();
            return Optional.of(new Seal(key()));
        } catch (IOException failure) {
            tell(failure);
            return Optional.empty();
        }
    }

    @Override
    public Optional<Rendered> find(String inputs) {
        return seal.flatMap(it -> find(inputs, it));
    }

    private Optional<Rendered> find(String inputs, Seal by) {
        var file = folder.resolve(inputs);
        Optional<Rendered> found = Optional.empty();
        try {
            found = by.open(inputs, Files.readAllBytes(file));
            if (found.isEmpty()) {
                LOG.warnf("Not what was written, and removed: %s", file);
                Files.deleteIfExists(file);
            } else {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            }
        } catch (NoSuchFileException unknown) {
            return found;
        } catch (IOException failure) {
            tell(failure);
        }
        return found;
    }

    @Override
    public void put(String inputs, Rendered rendered) {
        seal.ifPresent(it -> put(inputs, it.close(inputs, rendered)));
    }

    private void put(String inputs, byte[] sealed) {
        if (onDisk(sealed.length) > maxBytes) {
            return;
        }
        try {
            write(folder.resolve(inputs), sealed);
            if (bytes.addAndGet(onDisk(sealed.length)) > maxBytes) {
                shrink();
            }
            failing.set(false);
        } catch (IOException failure) {
            tell(failure);
        }
    }

    /// Whole or not at all. What a power cut leaves of it does not open.
    private void write(Path file, byte[] content) throws IOException {
        var unfinished = folder.resolve(started.incrementAndGet() + UNFINISHED);
        try {
            try (var channel = Files.newByteChannel(unfinished, NEW, only("rw-------"))) {
                channel.write(ByteBuffer.wrap(content));
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            Files.deleteIfExists(unfinished);
            throw failure;
        }
    }

    private static FileAttribute<?> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /// Once until it works again.
    private void tell(IOException failure) {
        if (!failing.getAndSet(true)) {
            LOG.warnf(
                    "Rendered manifests cannot be kept on disk, and are rendered again after a"
                            + " restart: %s",
                    failure);
        }
    }

    private synchronized void shrink() throws IOException {
        var kept = kept();
        long sum = kept.stream().mapToLong(Kept::bytes).sum();
        if (sum > maxBytes) {
            for (var oldest : kept) {
                if (sum <= maxBytes - maxBytes / 8) {
                    break;
                }
                Files.deleteIfExists(folder.resolve(oldest.name()));
                sum -= oldest.bytes();
            }
        }
        bytes.set(sum);
    }

    /// The longest unused first.
    private List<Kept> kept() throws IOException {
        var kept = new ArrayList<Kept>();
        try (var files = Files.newDirectoryStream(folder, it -> !isUnfinished(it))) {
            for (var file : files) {
                kept(file).ifPresent(kept::add);
            }
        }
        kept.sort(Comparator.comparing(Kept::used));
        return kept;
    }

    /// @return empty if a reader found it damaged meanwhile, and removed it
    private static Optional<Kept> kept(Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new Kept(
                            String.valueOf(file.getFileName()),
                            onDisk(attributes.size()),
                            attributes.lastModifiedTime()));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        }
    }

    private static long onDisk(long size) {
        return (size / BLOCK_BYTES + 1) * BLOCK_BYTES;
    }

    private static boolean isUnfinished(Path file) {
        return file.toString().endsWith(UNFINISHED);
    }

    private void removeUnfinished() throws IOException {
        try (var files = Files.newDirectoryStream(folder, DiskStore::isUnfinished)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void removeOtherVersions() throws IOException {
        try (var folders =
                Files.newDirectoryStream(
                        parent, it -> FOLDER.matcher(it.toString()).find() && !it.equals(folder))) {
            for (var other : folders) {
                try (var files = Files.newDirectoryStream(other)) {
                    for (var file : files) {
                        Files.delete(file);
                    }
                }
                Files.delete(other);
            }
        }
    }

    /// Made once; without it, what was kept does not open.
    private byte[] key() throws IOException {
        var file = parent.resolve(KEY);
        if (Files.exists(file)) {
            var key = Files.readAllBytes(file);
            if (key.length == Seal.KEY_BYTES) {
                return key;
            }
        }
        var key = new byte[Seal.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        write(file, key);
        return key;
    }
}
