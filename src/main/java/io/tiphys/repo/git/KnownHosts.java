package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.jspecify.annotations.Nullable;

/// The keys that one SSH host may have, from lines as OpenSSH writes them. A host that none of them
/// names is not believed, however often it comes: there is no trust on first use. Keys that an
/// authority signed (`@cert-authority`) are not known.
final class KnownHosts implements ServerKeyDatabase {

    private static final int SSH_PORT = 22;
    private static final String REVOKED = "revoked";

    private final String shown;
    private final boolean insecure;
    private final List<PublicKey> known;
    private final List<PublicKey> revoked;
    private volatile String problem = "";

    KnownHosts(URIish address, GitCredential credential) {
        int port = address.getPort() > 0 ? address.getPort() : SSH_PORT;
        shown = port == SSH_PORT ? address.getHost() : "[" + address.getHost() + "]:" + port;
        insecure = credential.insecure();
        var entries =
                credential
                        .knownHosts()
                        .lines()
                        .flatMap(KnownHosts::entry)
                        .filter(it -> it.isHostMatch(address.getHost(), port))
                        .toList();
        known = keys(entries, "");
        revoked = keys(entries, REVOKED);
    }

    /// Tells JGit which kinds of key to ask the host for.
    @Override
    public List<PublicKey> lookup(
            String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
        return known;
    }

    @Override
    public boolean accept(
            String connectAddress,
            InetSocketAddress remoteAddress,
            PublicKey key,
            Configuration config,
            @Nullable CredentialsProvider provider) {
        problem = insecure ? "" : objection(key);
        return problem.isEmpty();
    }

    /// Why the host was not believed last; empty if it was.
    String problem() {
        return problem;
    }

    void forgetProblem() {
        problem = "";
    }

    private String objection(PublicKey key) {
        if (holds(revoked, key)) {
            return "the key of its host %s is revoked in the ConfigMap argocd-ssh-known-hosts-cm"
                    .formatted(shown);
        }
        if (holds(known, key)) {
            return "";
        }
        return known.isEmpty()
                ? "the key of its host %s is not known: the ConfigMap argocd-ssh-known-hosts-cm can name it, in a line such as ssh-keyscan prints"
                        .formatted(shown)
                : "its host %s has another key than the ConfigMap argocd-ssh-known-hosts-cm names: the key was changed, or somebody poses as the host"
                        .formatted(shown);
    }

    private static boolean holds(List<PublicKey> keys, PublicKey key) {
        return keys.stream().anyMatch(it -> KeyUtils.compareKeys(it, key));
    }

    /// A line that says nothing of use is for nobody, and harms no other.
    private static Stream<KnownHostEntry> entry(String line) {
        var text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Stream.empty();
        }
        try {
            return Stream.ofNullable(KnownHostEntry.parseKnownHostEntry(text));
        } catch (RuntimeException malformed) {
            return Stream.empty();
        }
    }

    /// @param marker empty for lines without one
    private static List<PublicKey> keys(List<KnownHostEntry> entries, String marker) {
        return entries.stream()
                .filter(it -> marker.equals(Optional.ofNullable(it.getMarker()).orElse("")))
                .flatMap(KnownHosts::key)
                .toList();
    }

    private static Stream<PublicKey> key(KnownHostEntry entry) {
        try {
            return Stream.ofNullable(
                    entry.getKeyEntry()
                            .resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.IGNORING));
        } catch (IOException | GeneralSecurityException | RuntimeException malformed) {
            return Stream.empty();
        }
    }
}
