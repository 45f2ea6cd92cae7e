package io.tiphys.core.image;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/// Whose signature an image must bear before it is written.
public sealed interface Signer {

    /// Whoever has the private key to one of the public keys in a Secret.
    ///
    /// @param entry of the Secret, with keys in PEM
    record Key(String namespace, String secret, String entry) implements Signer {

        /// @param text as the annotation has it
        /// @throws InvalidTagFilterException if it is none
        static Key parse(String text) {
            return PullSecret.find(text)
                    .filter(it -> !it.field().isEmpty())
                    .map(it -> new Key(it.namespace(), it.name(), it.field()))
                    .orElseThrow(
                            () ->
                                    new InvalidTagFilterException(
                                            "cosign-key must be secret:<namespace>/<name>#<field>"
                                                    + " of a Secret that holds the public key"));
        }
    }

    /// Whoever an authority of Sigstore knows by a name.
    ///
    /// @param issuer who told the authority
    /// @param subject the name; empty if a pattern says it
    /// @param pattern what is found in the name
    record Identity(String issuer, String subject, Optional<Pattern> pattern) implements Signer {

        private static final String PATTERN = "regexp:";
        private static final int LONGEST = 200;

        /// @param text as the annotation has it
        /// @throws InvalidTagFilterException if it is none
        static Identity parse(String text) {
            var parts = text.split("\\s+", -1);
            if (parts.length != 2 || parts[1].equals(PATTERN)) {
                throw new InvalidTagFilterException(
                        "cosign-identity must be an issuer, a space, and a subject or regexp: and"
                                + " a pattern that finds it");
            }
            return parts[1].startsWith(PATTERN)
                    ? byPattern(parts[0], parts[1].substring(PATTERN.length()))
                    : new Identity(parts[0], parts[1], Optional.empty());
        }

        /// @throws InvalidTagFilterException if it is no pattern
        static Identity byPattern(String issuer, String pattern) {
            try {
                return new Identity(issuer, "", Optional.of(Pattern.compile(pattern)));
            } catch (PatternSyntaxException malformed) {
                throw new InvalidTagFilterException(
                        "the pattern of who must sign does not parse: "
                                + malformed.getDescription());
            }
        }

        /// Whether somebody is the one who must sign.
        ///
        /// @return why not; empty if so
        public String fault(String saidBy, String name) {
            boolean named =
                    !name.isEmpty()
                            && pattern.map(it -> it.matcher(name).find())
                                    .orElse(subject.equals(name));
            return named && issuer.equals(saidBy)
                    ? ""
                    : "it is signed by '%s', as '%s' says".formatted(shown(name), shown(saidBy));
        }

        /// Anybody may call himself anything.
        private static String shown(String text) {
            var plain = text.replaceAll("\\p{Cntrl}", " ");
            return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "…" : plain;
        }
    }
}
