package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.repo.host.PrivateKeys;
import io.tiphys.repo.host.ProxyChoice;
import java.io.File;
import java.net.Proxy;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.ProxyData;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/// Git over SSH. Keys and known hosts are the credential's alone: nothing is looked up in the
/// machine's `~/.ssh`, and no agent is asked.
final class SshAccess implements HostAccess {

    private final KnownHosts hosts;
    private final SshdSessionFactory sessions;

    /// @param folder without anything in it that is SSH's
    SshAccess(URIish address, GitCredential credential, File folder) {
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
