package io.tiphys.repo.chart;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.repo.Digest;
import io.tiphys.repo.KeptFiles;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.chart.TarIndex.Item;
import io.tiphys.repo.host.Bounded;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.time.InstantSource;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Archives that were downloaded, each unpacked to one tar file on the disk: names that it holds
/// are never names of files here, and nothing of it is read into memory that nobody asks for. What
/// was not used for long is deleted, and what was used least if they take too much room.
@Singleton
class Archives {

    /// Files whose places are remembered.
    private static final int MAX_KNOWN = 1_000_000;

    private static final int GZIP = 0x1f8b;

    private final RepoConfig.Archives limits;
    private final KeptFiles kept;
    private final AsyncCache<String, NavigableMap<String, Item>> known =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_KNOWN)
                    .weigher((String _, NavigableMap<String, Item> it) -> it.size() + 10)
                    .executor(Runnable::run)
                    .buildAsync();

    @Inject
    Archives(RepoConfig config) {
        this(config, InstantSource.system());
    }

    Archives(RepoConfig config, InstantSource clock) {
        limits = config.archives();
        kept =
                new KeptFiles(
                        config.directory().resolve("archives"),
                        ".tar",
                        limits.disk().asLongValue(),
                        config.unusedAfter(),
                        clock);
    }

    /// An archive to be read.
    ///
    /// @param key names it and who may read it: equal keys, equal content
    /// @param shown its name, for messages
    /// @param digest that its bytes must have; empty if nobody said
    /// @param download writes its bytes
    record Wanted(String key, String shown, String digest, Consumer<OutputStream> download) {}

    /// The files of an archive, which is downloaded if it is not there.
    ///
    /// @throws ManifestFailure if it cannot be downloaded, is not what it should be or too large
    ArchiveFolder open(Wanted wanted) {
        var name = Digest.of(wanted.key()).substring(Digest.KIND.length());
        var file = kept.file(name);
        var items = items(name, file, wanted);
        try {
            kept.use(file);
        } catch (NoSuchFileException deleted) {
            known.synchronous().invalidate(name);
            items = items(name, file, wanted);
        } catch (IOException broken) {
            throw new UncheckedIOException("An archive on the disk cannot be touched", broken);
        }
        return new ArchiveFolder(name, file, items, "");
    }

    private NavigableMap<String, Item> items(String name, Path file, Wanted wanted) {
        try {
            return known.get(
                            name,
                            (_, _) ->
                                    CompletableFuture.supplyAsync(
                                            () -> load(file, wanted), Thread::startVirtualThread))
                    .join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof ManifestFailure failure ? failure.again() : failed;
        }
    }

    private NavigableMap<String, Item> load(Path file, Wanted wanted) {
        try {
            if (Files.exists(file)) {
                try {
                    return TarIndex.read(wanted.shown(), file, limits.files());
                } catch (ManifestFailure damaged) {
                    // It was not when it was written.
                    Files.delete(file);
                }
            }
            return download(file, wanted);
        } catch (IOException broken) {
            throw new UncheckedIOException("An archive cannot be kept on the disk", broken);
        }
    }

    private NavigableMap<String, Item> download(Path file, Wanted wanted) throws IOException {
        var packed = kept.begin();
        var tar = kept.begin();
        try {
            var digest = Digest.start();
            try (var out = new DigestOutputStream(Files.newOutputStream(packed), digest)) {
                wanted.download().accept(out);
            }
            var found = Digest.of(digest);
            if (!wanted.digest().isEmpty() && !wanted.digest().equals(found)) {
                throw new ManifestFailure(
                        "%s is not what its repository says: it has the digest %s instead of %s"
                                .formatted(wanted.shown(), found, wanted.digest()),
                        true);
            }
            unpack(wanted.shown(), packed, tar);
            var items = TarIndex.read(wanted.shown(), tar, limits.files());
            Files.move(tar, file, StandardCopyOption.ATOMIC_MOVE);
            return items;
        } finally {
            Files.deleteIfExists(packed);
            Files.deleteIfExists(tar);
        }
    }

    private void unpack(String shown, Path packed, Path tar) throws IOException {
        long most = limits.unpacked().asLongValue();
        try (var in = new BufferedInputStream(Files.newInputStream(packed));
                var unpacked =
                        new Bounded(
                                isGzip(in) ? new GZIPInputStream(in) : in,
                                most,
                                () ->
                                        new ManifestFailure(
                                                "%s is larger than %d bytes when it is unpacked"
                                                        .formatted(shown, most)),
                                () -> {});
                var out = Files.newOutputStream(tar)) {
            unpacked.transferTo(out);
        } catch (ZipException | java.io.EOFException damaged) {
            throw new ManifestFailure("%s is damaged: it cannot be unpacked".formatted(shown));
        }
    }

    private static boolean isGzip(InputStream in) throws IOException {
        in.mark(2);
        int start = in.read() << 8 | in.read();
        in.reset();
        return start == GZIP;
    }
}
