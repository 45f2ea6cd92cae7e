package io.tiphys.core.model;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who may sign commits, and which commits must be signed.
///
/// @param gpgKeys ids or fingerprints, in capitals; none if no signature of GPG counts
/// @param sshKeys fingerprints such as `SHA256:…`; none if no signature of SSH counts
public record Signers(Mode mode, List<String> gpgKeys, List<String> sshKeys) {

    private static final Pattern GPG_KEY =
            Pattern.compile("[0-9A-F]{16}|[0-9A-F]{40}|[0-9A-F]{64}");

    private static final Pattern SSH_KEY = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

    /// Which commits must be signed.
    public enum Mode {
        NONE,

        /// The tag that a source follows, if it is an annotated one; else the commit.
        HEAD,

        /// That tag, the commit, and all that it goes back to.
        STRICT;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Mode read(Fields fields) {
            var text = fields.string("mode");
            return Arrays.stream(values())
                    .filter(it -> it.wire().equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new InvalidSpecException(
                                            "%s.mode must be one of %s, and is '%s'"
                                                    .formatted(fields.where(), all(), text)));
        }

        private static String all() {
            return Arrays.stream(values()).map(Mode::wire).collect(Collectors.joining(", "));
        }
    }

    /// With two modes, who signs with the key that is looked at less would choose for both.
    static Signers read(Fields policy) {
        var checks = Stream.of("gpg", "ssh").filter(it -> policy.tree().get(it) != null).toList();
        var modes = checks.stream().map(it -> Mode.read(policy.object(it))).distinct().toList();
        if (modes.size() != 1) {
            throw new InvalidSpecException(
                    policy.where()
                            + (modes.isEmpty()
                                    ? " needs gpg or ssh"
                                    : " has gpg and ssh, which must be of one mode"));
        }
        var gpg = policy.object("gpg");
        var ssh = policy.object("ssh");
        return new Signers(
                modes.getFirst(),
                gpg.strings("keys").stream().map(it -> gpgKey(gpg.where() + ".keys", it)).toList(),
                ssh.strings("keys").stream().map(it -> sshKey(ssh.where() + ".keys", it)).toList());
    }

    static String gpgKey(String field, String text) {
        var key = text.strip().toUpperCase(Locale.ROOT);
        if (!GPG_KEY.matches(key)) {
            throw new InvalidSpecException(
                    "%s: '%s' is neither a GPG key's id of 16 digits nor its fingerprint"
                            .formatted(field, text));
        }
        return key;
    }

    private static String sshKey(String field, String text) {
        var key = text.strip();
        if (!SSH_KEY.matches(key)) {
            throw new InvalidSpecException(
                    "%s: '%s' is no fingerprint of an SSH key such as ssh-keygen -l prints, which"
                                    .formatted(field, text)
                            + " begins with SHA256:");
        }
        return key;
    }
}
