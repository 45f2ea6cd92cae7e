package io.tiphys.repo.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.repo.ManifestFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whom to trust of Sigstore: authorities that issue certificates, and logs that promise to have
/// taken in what was signed with them; each for a time. By the file `trusted_root.json`, which
/// nobody is asked for.
final class TrustedRoot {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Authority> authorities;
    private final Map<String, List<Log>> logs;

    /// From its start to its end.
    private record Validity(Instant start, Instant end) {

        boolean has(Instant time) {
            return !time.isBefore(start) && !time.isAfter(end);
        }
    }

    /// @param chain of certificates, the root's the last
    private record Authority(List<X509Certificate> chain, Validity validity) {}

    private record Log(PublicKey key, Validity validity) {}

    private TrustedRoot(List<Authority> authorities, Map<String, List<Log>> logs) {
        this.authorities = authorities;
        this.logs = logs;
    }

    /// @throws ManifestFailure if it is none
    static TrustedRoot read(byte[] json) {
        try {
            var root = JSON.readTree(json);
            var authorities = new ArrayList<Authority>();
            for (var authority : root.path("certificateAuthorities")) {
                var chain = new ArrayList<X509Certificate>();
                for (var certificate : authority.path("certChain").path("certificates")) {
                    chain.add(certificate(bytes(certificate, "rawBytes")));
                }
                if (!chain.isEmpty()) {
                    authorities.add(new Authority(chain, validity(authority)));
                }
            }
            var logs = new HashMap<String, List<Log>>();
            for (var log : root.path("tlogs")) {
                var key = log.path("publicKey");
                PublicKeys.find(bytes(key, "rawBytes"))
                        .ifPresent(
                                it ->
                                        logs.computeIfAbsent(
                                                        hex(bytes(log.path("logId"), "keyId")),
                                                        _ -> new ArrayList<>())
                                                .add(new Log(it, validity(key))));
            }
            if (authorities.isEmpty() || logs.isEmpty()) {
                throw unusable("it has no authority or no log whose key can be used");
            }
            return new TrustedRoot(authorities, logs);
        } catch (IOException
                | IllegalArgumentException
                | DateTimeException
                | GeneralSecurityException malformed) {
            throw unusable("it cannot be read as one");
        }
    }

    static ManifestFailure unusable(String reason) {
        return new ManifestFailure("the trusted root of Sigstore cannot be used: " + reason);
    }

    private static Validity validity(JsonNode of) {
        var time = of.path("validFor");
        var start = time.path("start").asText();
        var end = time.path("end").asText();
        return new Validity(
                start.isEmpty() ? Instant.MIN : Instant.parse(start),
                end.isEmpty() ? Instant.MAX : Instant.parse(end));
    }

    private static byte[] bytes(JsonNode of, String field) {
        return Base64.getDecoder().decode(of.path(field).asText());
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(encoded));
    }

    /// Whether one of the logs promises to have taken in an entry at the time that it says.
    boolean promises(LogEntry entry) {
        return logs.getOrDefault(entry.log(), List.of()).stream()
                .filter(it -> it.validity().has(entry.time()))
                .anyMatch(it -> PublicKeys.verify(it.key(), entry.promised(), entry.promise()));
    }

    /// Whether one of the authorities issued a certificate that was valid at a time.
    boolean issued(X509Certificate certificate, Instant time) {
        return authorities.stream()
                .filter(it -> it.validity().has(time))
                .anyMatch(it -> issued(it.chain(), certificate, time));
    }

    private static boolean issued(
            List<X509Certificate> chain, X509Certificate certificate, Instant time) {
        try {
            var path = new ArrayList<X509Certificate>(List.of(certificate));
            path.addAll(chain.subList(0, chain.size() - 1));
            var parameters = new PKIXParameters(Set.of(new TrustAnchor(chain.getLast(), null)));
            // They are valid for minutes, and none is taken back.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(time));
            var _ =
                    CertPathValidator.getInstance("PKIX")
                            .validate(
                                    CertificateFactory.getInstance("X.509").generateCertPath(path),
                                    parameters);
            return true;
        } catch (GeneralSecurityException none) {
            return false;
        }
    }
}
