package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.host.PrivateKeys;
import io.tiphys.repo.host.ProxyChoice;
import java.io.File;
import java.io.IOException;
import java.net.Proxy;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.ProxyData;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.QuotedString;

/// Git over SSH. Keys and known hosts are the credential's alone: nothing is looked up in the
/// machine's `~/.ssh`, and no agent is asked.
final class SshAccess implements HostAccess {

    /// An answer is a token and a few words.
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final URIish address;
    private final GitCredential credential;
    private final KnownHosts hosts;
    private final SshdSessionFactory sessions;

    /// @param folder without anything in it that is SSH's
    SshAccess(URIish address, GitCredential credential, File folder) {
        this.address = address;
        this.credential = credential;
        var keys = keys(credential);
        var proxy = ProxyChoice.of(credential);
        hosts = new KnownHosts(address, credential);
        sessions =
                new SshdSessionFactoryBuilder()
                        .setHomeDirectory(folder)
                        .setSshDirectory(folder)
                        .setConfigFile(_ -> null)
                        .setConfigStoreFactory((_, _, _) -> null)
                        .setDefaultIdentities(_ -> List.of())
                        .setDefaultKnownHostsFiles(_ -> List.of())
                        .setDefaultKeysProvider(_ -> keys)
                        .setPreferredAuthentications("publickey")
                        .setConnectorFactory(null)
                        .setServerKeyDatabase((_, _) -> hosts)
                        .setProxyDataFactory(
                                remote ->
                                        proxy.flatMap(it -> data(it, remote.getHostString()))
                                                .orElse(null))
                        .build(null);
    }

    private static Optional<ProxyData> data(ProxyChoice choice, String host) {
        var proxy = choice.of(host);
        if (proxy.type() == Proxy.Type.DIRECT) {
            return Optional.empty();
        }
        return Optional.of(
                choice.login()
                        .map(it -> new ProxyData(proxy, it.getUserName(), it.getPassword()))
                        .orElseGet(() -> new ProxyData(proxy)));
    }

    @Override
    public void prepare(Transport transport) {
        hosts.forgetProblem();
        ((SshTransport) transport).setSshSessionFactory(sessions);
    }

    /// The host tells where on the web they are, and what to show there for a while.
    @Override
    public LfsServer lfsServer(boolean asked, Duration timeout) {
        var path = QuotedString.BOURNE.quote(address.getPath());
        try {
            return LfsServer.told(
                    GitFailure.withoutCredentials(address),
                    said("git-lfs-authenticate " + path + " download", timeout),
                    credential.forOthers(),
                    timeout);
        } catch (IOException failure) {
            throw new GitFailure(address, credential, "cannot be asked for large files")
                    .of(failure, problem());
        }
    }

    /// What a command prints at the host.
    private byte[] said(String command, Duration timeout) throws IOException {
        hosts.forgetProblem();
        var session = sessions.getSession(address, null, FS.DETECTED, (int) timeout.toMillis());
        try {
            var process = session.exec(command, (int) Math.max(1, timeout.toSeconds()));
            try (var out = process.getInputStream()) {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("it does not answer");
                }
                return process.exitValue() == 0 ? out.readNBytes(MAX_ANSWER_BYTES) : new byte[0];
            } finally {
                process.destroy();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("the service stops", stopping);
        } finally {
            sessions.releaseSession(session);
        }
    }

    @Override
    public String problem() {
        return hosts.problem();
    }

    private static List<KeyPair> keys(GitCredential credential) {
        return credential.login() instanceof Login.SshKey login
                ? List.of(PrivateKeys.ssh(login.privateKey(), "sshPrivateKey", credential.origin()))
                : List.of();
    }
}
