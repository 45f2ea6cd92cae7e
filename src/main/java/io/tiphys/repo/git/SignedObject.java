package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A commit or an annotated tag as Git stores it, cut into what is signed and the signature.
///
/// @param content all that a signature is of
/// @param signatures in their armour; of several, nobody could say which counts
/// @param headers by their names; of several of one name the first
/// @param message without the signature that a tag ends with
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
record SignedObject(
        byte[] content, List<String> signatures, Map<String, String> headers, String message) {

    private static final List<String> SIGNATURE_HEADERS = List.of("gpgsig", "gpgsig-sha256");

    /// What Git takes for the beginning of a tag's signature, where it begins a line.
    private static final List<String> ARMOURS =
            List.of(
                    "-----BEGIN PGP SIGNATURE-----",
                    "-----BEGIN PGP MESSAGE-----",
                    "-----BEGIN SIGNED MESSAGE-----",
                    "-----BEGIN SSH SIGNATURE-----");

    private static final Pattern IDENTITY = Pattern.compile("(.*) (\\d{1,12}) [-+]\\d{4}");

    /// A name is anybody's text, and stands in messages.
    private static final int LONGEST_NAME = 200;

    /// Who made it and when.
    ///
    /// @param who as `name <address>`
    record Made(String who, Instant at) {}

    /// Reads a commit. Its signature is a header of many lines, each of them behind a space.
    static SignedObject commit(byte[] raw) {
        var text = bytesAsText(raw);
        var content = new StringBuilder();
        var signatures = new ArrayList<StringBuilder>();
        var headers = new HashMap<String, String>();
        boolean isSignature = false;
        int at = 0;
        while (at < text.length() && text.charAt(at) != '\n') {
            var line = text.substring(at, endOfLine(text, at));
            if (!line.startsWith(" ")) {
                isSignature = SIGNATURE_HEADERS.contains(name(line));
                if (isSignature) {
                    signatures.add(new StringBuilder());
                }
                headers.putIfAbsent(name(line), value(line).strip());
            }
            if (isSignature) {
                signatures.getLast().append(value(line));
            } else {
                content.append(line);
            }
            at += line.length();
        }
        var body = text.substring(at);
        return new SignedObject(
                content.append(body).toString().getBytes(ISO_8859_1),
                signatures.stream().map(StringBuilder::toString).toList(),
                headers,
                body);
    }

    /// Reads a tag. Its signature is the last thing in it that looks like one.
    static SignedObject tag(byte[] raw) {
        var text = bytesAsText(raw);
        var headers = new HashMap<String, String>();
        int at = 0;
        while (at < text.length() && text.charAt(at) != '\n') {
            var line = text.substring(at, endOfLine(text, at));
            headers.putIfAbsent(name(line), value(line).strip());
            at += line.length();
        }
        int signature = text.length();
        for (int line = at; line < text.length(); line = endOfLine(text, line)) {
            int begin = line;
            if (ARMOURS.stream().anyMatch(armour -> text.startsWith(armour, begin))) {
                signature = line;
            }
        }
        return new SignedObject(
                text.substring(0, signature).getBytes(ISO_8859_1),
                signature == text.length() ? List.of() : List.of(text.substring(signature)),
                headers,
                text.substring(at, signature));
    }

    /// @param name such as `author`; if that cannot be read, it was nobody at no time
    Made made(String name) {
        var identity = IDENTITY.matcher(header(name));
        return identity.matches()
                ? new Made(
                        shortened(identity.group(1)),
                        Instant.ofEpochSecond(Long.parseLong(identity.group(2))))
                : new Made("", Instant.EPOCH);
    }

    /// A header without what may not be shown; empty if there is none.
    String header(String name) {
        return readable(headers.getOrDefault(name, "")).replaceAll("\\p{Cntrl}", "?");
    }

    static String shortened(String name) {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
    }

    /// As a person reads it.
    static String readable(String bytesAsText) {
        return new String(bytesAsText.getBytes(ISO_8859_1), UTF_8);
    }

    /// Each byte as one character, so that none is lost and none is moved.
    private static String bytesAsText(byte[] raw) {
        return new String(raw, ISO_8859_1);
    }

    private static int endOfLine(String text, int from) {
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline + 1;
    }

    private static String name(String line) {
        return line.substring(0, Math.max(line.indexOf(' '), 0));
    }

    /// Of a continued line all behind its space.
    private static String value(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }
}
