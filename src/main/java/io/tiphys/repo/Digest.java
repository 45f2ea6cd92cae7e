package io.tiphys.repo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Names content by SHA-256, as `sha256:` and 64 hexadecimal digits.
public final class Digest {

    /// What each begins with.
    public static final String KIND = "sha256:";

    private static final Pattern FORM = Pattern.compile(KIND + "[0-9a-f]{64}");

    private Digest() {}

    public static boolean isOne(String text) {
        return FORM.matcher(text).matches();
    }

    /// To be updated by what is to be named.
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    /// What a digest was updated by.
    public static String of(MessageDigest digest) {
        return KIND + HexFormat.of().formatHex(digest.digest());
    }

    public static String of(byte[] content) {
        var digest = start();
        digest.update(content);
        return of(digest);
    }

    public static String of(String text) {
        return of(text.getBytes(UTF_8));
    }
}
