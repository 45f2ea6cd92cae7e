package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.Digest;
import io.tiphys.repo.KeptFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// Keeps what registries answered on the disk, a file for each repository and each login that it
/// was asked with: what one may see is not for all. Of a login, only the names of its Secret and
/// its user are in the name of the file, as a digest.
///
/// Nobody fails because of it. What cannot be read is forgotten, and asked for anew.
final class AnswerFiles {

    private static final Logger LOG = Logger.getLogger(AnswerFiles.class);

    private final Optional<KeptFiles> files;

    /// Told once until it works again.
    private final AtomicBoolean failing = new AtomicBoolean();

    /// @param directory that holds nothing else
    /// @param maxBytes 0 to keep nothing
    AnswerFiles(Path directory, long maxBytes, Duration unusedAfter) {
        files =
                Optional.of(maxBytes)
                        .filter(it -> it > 0)
                        .map(
                                it ->
                                        new KeptFiles(
                                                directory,
                                                ".answers",
                                                it,
                                                unusedAfter,
                                                InstantSource.system()));
    }

    KnownAnswers load(ImageAccess access) {
        return files.map(it -> load(it, it.file(name(access)))).orElseGet(KnownAnswers::new);
    }

    private KnownAnswers load(KeptFiles kept, Path file) {
        try {
            try (var in = Files.newInputStream(file)) {
                var known = KnownAnswers.read(in);
                kept.use(file);
                return known;
            } catch (NoSuchFileException none) {
                return new KnownAnswers();
            } catch (IOException damaged) {
                LOG.warnf("Not what was written, and removed: %s", file);
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            tell(failure);
        }
        return new KnownAnswers();
    }

    /// If there is anything new.
    void save(ImageAccess access, KnownAnswers answers) {
        if (files.isPresent() && answers.isChanged()) {
            try {
                save(files.get(), files.get().file(name(access)), answers);
                failing.set(false);
            } catch (IOException failure) {
                tell(failure);
            }
        }
    }

    private static void save(KeptFiles kept, Path file, KnownAnswers answers) throws IOException {
        var unfinished = kept.begin();
        try {
            try (var out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
                answers.write(out);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void tell(IOException failure) {
        if (!failing.getAndSet(true)) {
            LOG.warnf(
                    "What registries answer cannot be kept on the disk, and is asked for anew: %s",
                    failure);
        }
    }

    private static String name(ImageAccess access) {
        var credential = access.credential();
        var view =
                String.join(
                        "\n",
                        access.repository(),
                        access.api().map(URI::toString).orElse(""),
                        credential.origin(),
                        credential.login().getClass().getSimpleName(),
                        credential.login() instanceof Login.Password it ? it.user().text() : "");
        return Digest.of(view.getBytes(UTF_8)).substring(Digest.KIND.length());
    }
}
