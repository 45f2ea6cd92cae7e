import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Installs a Maven distribution with nothing but the JDK. Called by mvnw with the URL of the zip,
/// the directory that shall hold it, and its SHA-512, which may be empty. The directory appears
/// whole or not at all, whoever else is at it and whenever this is killed.
class FetchMaven {

    private static final int TIMEOUT_MILLIS = 60_000;

    static void main(String... arguments) {
        var expected = arguments.length > 2 ? arguments[2].strip() : "";
        try {
            install(URI.create(arguments[0]), Path.of(arguments[1]), expected);
        } catch (IOException e) {
            System.err.println("mvnw: " + arguments[0] + ": " + e);
            System.exit(1);
        }
    }

    private static void install(URI url, Path home, String expected) throws IOException {
        Files.createDirectories(home.getParent());
        var work = Files.createTempDirectory(home.getParent(), "unfinished");
        try {
            var zip = work.resolve("maven.zip");
            var actual = download(url, zip);
            if (!expected.isEmpty() && !expected.equalsIgnoreCase(actual)) {
                throw new IOException("its SHA-512 is " + actual + ", not " + expected);
            }
            var unpacked = work.resolve("maven");
            unpack(zip, unpacked);
            if (!Files.exists(unpacked.resolve("bin/mvn"))) {
                throw new IOException("it holds no Maven");
            }
            moveInto(home, unpacked);
        } finally {
            delete(work);
        }
    }

    private static String download(URI url, Path zip) throws IOException {
        var connection = url.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        var digest = sha512();
        try (var in = new DigestInputStream(connection.getInputStream(), digest)) {
            Files.copy(in, zip);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void unpack(Path zip, Path target) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                var entries = new ZipInputStream(file)) {
            for (var entry = entries.getNextEntry();
                    entry != null;
                    entry = entries.getNextEntry()) {
                unpack(entry, entries, target);
            }
        }
    }

    private static void unpack(ZipEntry entry, InputStream content, Path target)
            throws IOException {
        // All is in one directory, which is named after the version.
        var name = entry.getName().substring(entry.getName().indexOf('/') + 1);
        var file = target.resolve(name).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("the zip wants to write to " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        Files.copy(content, file);
        if (file.getParent().equals(target.resolve("bin")) && !file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
    }

    private static void moveInto(Path home, Path unpacked) throws IOException {
        try {
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Somebody else was faster: theirs is as good.
            if (!Files.exists(home.resolve("bin/mvn"))) {
                throw e;
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                            throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-512", e);
        }
    }
}
