package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.repo.Folder;
import io.tiphys.repo.Folder.Entry;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.plugin.PluginConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Packs the files of a folder of a repository, within limits: `tar.gz`, the same for the same
/// files. Symbolic links stay links, and lead nowhere but to what is packed.
final class RepositoryArchive {

    private static final int FILE = 0644;
    private static final int PROGRAM = 0755;

    private final RepoConfig.Jail limits;
    private final long maxBytes;
    private final List<PathGlob> excluded;

    /// @throws IllegalArgumentException if the setting of what is left out is none
    RepositoryArchive(RepoConfig.Jail limits, PluginConfig config) {
        this.limits = limits;
        maxBytes = config.archive().asLongValue();
        excluded =
                config.exclusions().stream()
                        .flatMap(it -> Arrays.stream(it.split(";", -1)))
                        .filter(it -> !it.isEmpty())
                        .map(PathGlob::new)
                        .toList();
    }

    /// @param root all files of the repository
    /// @param path the folder's, from the root
    /// @param into a file that is not there yet
    /// @return SHA-256 of the archive, in hexadecimal digits
    /// @throws ManifestFailure if there are no files, or too many
    String write(Folder root, String path, Path into) {
        var folder = new Places(root).folder(path);
        var files =
                folder.map(it -> it.entries(true)).orElse(List.of()).stream()
                        .filter(it -> excluded.stream().noneMatch(glob -> glob.matches(it.path())))
                        .toList();
        check(files);
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            try (var file = new DigestOutputStream(Files.newOutputStream(into), digest);
                    var tar = new TarArchiveOutputStream(new GZIPOutputStream(file), "UTF-8")) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                tar.setAddPaxHeadersForNonAsciiNames(true);
                var links = new FileSet(root);
                for (var entry : files) {
                    if (entry.link()) {
                        link(tar, links, path, entry);
                    } else {
                        file(tar, folder.orElseThrow(), entry);
                    }
                }
            }
            if (Files.size(into) > maxBytes) {
                throw new ManifestFailure(
                        "The files of the source are larger than %d bytes, packed"
                                        .formatted(maxBytes)
                                + " (tiphys.repo.plugins.archive)");
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException full) {
            throw new UncheckedIOException("An archive cannot be written", full);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    private void check(List<Entry> files) {
        if (files.stream().allMatch(Entry::link)) {
            throw new ManifestFailure("There are no files that a plugin could be sent");
        }
        files.forEach(it -> WorkingFolder.parts(it.path()));
        if (files.size() > limits.inputFiles()) {
            throw new ManifestFailure(
                    "There are more than %d files to be sent to a plugin"
                                    .formatted(limits.inputFiles())
                            + " (tiphys.repo.jail.input-files)");
        }
        long max = limits.input().asLongValue();
        if (files.stream().mapToLong(Entry::size).sum() > max) {
            throw new ManifestFailure(
                    "The files to be sent to a plugin are larger than %d bytes together"
                                    .formatted(max)
                            + " (tiphys.repo.jail.input)");
        }
    }

    private static void file(TarArchiveOutputStream tar, Folder folder, Entry entry)
            throws IOException {
        var header = new TarArchiveEntry(entry.path());
        header.setSize(entry.size());
        header.setMode(entry.executable() ? PROGRAM : FILE);
        header.setModTime(0);
        tar.putArchiveEntry(header);
        folder.copy(entry, tar);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, FileSet links, String path, Entry entry)
            throws IOException {
        var place = path.isEmpty() ? entry.path() : path + "/" + entry.path();
        var real = links.resolve(place);
        if (!path.isEmpty() && !(real + "/").startsWith(path + "/")) {
            throw new ManifestFailure(
                    "The symbolic link %s leads out of the declared paths, to %s"
                            .formatted(place, real));
        }
        var header = new TarArchiveEntry(entry.path(), TarConstants.LF_SYMLINK);
        header.setLinkName(new String(links.read(place), UTF_8));
        header.setModTime(0);
        tar.putArchiveEntry(header);
        tar.closeArchiveEntry();
    }
}
