package io.tiphys.repo.git;

import io.tiphys.repo.Digest;
import io.tiphys.repo.KeptFiles;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Files that repositories only point to (Git LFS), each kept on the disk as it is, for those who
/// read its repository with the same credential: who knows a digest may still not see the file.
final class LargeFiles {

    /// Downloads at the same time, at most.
    private static final int TURNS = 64;

    private final KeptFiles kept;
    private final long maxBytes;

    /// Who comes second for a file waits for who came first.
    private final List<Object> turns = Stream.generate(Object::new).limit(TURNS).toList();

    LargeFiles(RepoConfig config, InstantSource clock) {
        maxBytes = config.lfs().file().asLongValue();
        kept =
                new KeptFiles(
                        config.directory().resolve("lfs"),
                        ".file",
                        config.lfs().disk().asLongValue(),
                        config.unusedAfter(),
                        clock);
    }

    /// The file on the disk, which is downloaded if it is not there.
    ///
    /// @param owner names the repository and who may read it
    /// @param server that has it, given whether it wants to know who asks
    /// @throws ManifestFailure if it cannot be had, is not what was pointed to, or is too large
    Path get(String owner, LargeFile file, Function<Boolean, LfsServer> server) {
        if (file.size() > maxBytes) {
            throw new ManifestFailure(
                    "it is larger than %d bytes (tiphys.repo.lfs.file)".formatted(maxBytes));
        }
        var name = Digest.of(owner + "\n" + file.digest()).substring(Digest.KIND.length());
        var path = kept.file(name);
        synchronized (turns.get(Math.floorMod(name.hashCode(), TURNS))) {
            try {
                if (!isWhole(path, file)) {
                    download(path, file, server);
                }
                kept.use(path);
                return path;
            } catch (IOException broken) {
                throw new UncheckedIOException("A large file cannot be kept on the disk", broken);
            }
        }
    }

    private static boolean isWhole(Path path, LargeFile file) throws IOException {
        if (!Files.exists(path) || Files.size(path) != file.size()) {
            return false;
        }
        var digest = Digest.start();
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            Files.copy(path, out);
        }
        return Digest.of(digest).equals(file.digest());
    }

    private void download(Path path, LargeFile file, Function<Boolean, LfsServer> server)
            throws IOException {
        var fresh = kept.begin();
        try {
            var digest = Digest.start();
            try (var out = new DigestOutputStream(Files.newOutputStream(fresh), digest)) {
                download(file, out, server);
            }
            var found = Digest.of(digest);
            if (Files.size(fresh) != file.size() || !found.equals(file.digest())) {
                throw new ManifestFailure(
                        "what its server has is not what is pointed to: it has the digest %s instead of %s"
                                .formatted(found, file.digest()),
                        true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void download(
            LargeFile file, OutputStream out, Function<Boolean, LfsServer> server) {
        if (!server.apply(false).download(file, out)) {
            var asked = server.apply(true);
            if (!asked.download(file, out)) {
                throw asked.unauthorized();
            }
        }
    }
}
