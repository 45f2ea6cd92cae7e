package io.tiphys.store;

import io.tiphys.core.image.CommitStyle.Signing;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.Hidden;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// The key that the service's commits are signed with: a file that a Secret is mounted as, or of
/// OpenPGP one of a Secret's. Another key counts at once.
@Singleton
public class CommitKeys {

    /// With an armoured private key in each entry. Argo CD Image Updater has `gpg` look for them.
    private static final String SECRET = "tiphys-signing-keys";

    private static final int MAX_KEY_BYTES = 1024 * 1024;
    private static final String ID = "[0-9A-F]{8,64}";

    private final Supplier<Signing> settings;
    private final Supplier<Map<String, String>> keys;

    @Inject
    CommitKeys(ImageUpdaterSettings settings, Secrets secrets) {
        this(() -> settings.commits().signing(), () -> secrets.entries(SECRET));
    }

    /// @param keys armoured, by whatever name
    CommitKeys(Supplier<Signing> settings, Supplier<Map<String, String>> keys) {
        this.settings = settings;
        this.keys = keys;
    }

    /// As it is now. Reads the file, if it is one.
    public CommitSigning signing() {
        var signing = settings.get();
        if (signing.key().isEmpty()) {
            return new CommitSigning.Unsigned();
        }
        return switch (signing.method()) {
            case "ssh" -> ssh(signing.key());
            case "openpgp" -> openPgp(signing.key());
            default ->
                    new CommitSigning.Impossible(
                            "git.commit-signing-method must be openpgp or ssh, and not '%s'"
                                    .formatted(signing.method()));
        };
    }

    private CommitSigning ssh(String key) {
        if (!key.startsWith("/")) {
            return impossible("it must be the absolute path of a file with a private key");
        }
        try {
            return new CommitSigning.Ssh(read(key), "the file " + key);
        } catch (IOException unreadable) {
            return unreadable(key, unreadable);
        }
    }

    private CommitSigning openPgp(String key) {
        if (key.startsWith("/")) {
            try {
                return new CommitSigning.OpenPgp(List.of(read(key)), "", "the file " + key);
            } catch (IOException unreadable) {
                return unreadable(key, unreadable);
            }
        }
        var id = key.toUpperCase(Locale.ROOT).replaceFirst("^0X", "").replaceFirst("!$", "");
        if (!id.matches(ID)) {
            return impossible(
                    "it must be a key's id or fingerprint, or the absolute path of a file with a"
                            + " private key");
        }
        return new CommitSigning.OpenPgp(
                keys.get().values().stream().map(Hidden::new).toList(), id, "the Secret " + SECRET);
    }

    private static Hidden read(String path) throws IOException {
        try (var in = Files.newInputStream(Path.of(path))) {
            var bytes = in.readNBytes(MAX_KEY_BYTES + 1);
            if (bytes.length > MAX_KEY_BYTES) {
                throw new IOException("it is too large");
            }
            return new Hidden(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static CommitSigning unreadable(String path, IOException why) {
        return impossible(
                "the file %s cannot be read (%s)"
                        .formatted(
                                path,
                                why instanceof NoSuchFileException
                                        ? "it is not there"
                                        : why.getMessage()));
    }

    private static CommitSigning impossible(String reason) {
        return new CommitSigning.Impossible("git.commit-signing-key: " + reason);
    }
}
