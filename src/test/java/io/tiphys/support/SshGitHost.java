package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.command.AbstractCommandSupport;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPack.RequestPolicy;

/// A Git host in this process that speaks SSH and has one repository, `/team/app.git`. It lets in
/// whoever has one of the keys that it was told of.
public final class SshGitHost implements AutoCloseable {

    private final Repository repository;
    private volatile KeyPair identity;
    private final SshServer server = SshServer.setUpDefaultServer();
    private final List<PublicKey> allowed = new CopyOnWriteArrayList<>();
    private volatile String largeFiles = "";

    private SshGitHost(Repository repository, KeyPair identity) {
        this.repository = repository;
        this.identity = identity;
    }

    public static SshGitHost start(Repository repository, KeyPair identity) {
        var host = new SshGitHost(repository, identity);
        host.server.setHost(InetAddress.ofLiteral("127.0.0.1").getHostAddress());
        host.server.setKeyPairProvider(_ -> List.of(host.identity));
        host.server.setPublickeyAuthenticator(
                (_, key, _) -> host.allowed.stream().anyMatch(it -> KeyUtils.compareKeys(it, key)));
        host.server.setCommandFactory((_, command) -> host.new Exchange(command));
        try {
            host.server.start();
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param type such as `ssh-ed25519`
    public static KeyPair key(String type, int size) {
        try {
            return KeyUtils.generateKeyPair(type, size);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A private key as OpenSSH writes it.
    public static String openSsh(KeyPair keys) {
        var out = new ByteArrayOutputStream();
        try {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(keys, "ada", null, out);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return out.toString(UTF_8);
    }

    public void allow(KeyPair user) {
        allowed.add(user.getPublic());
    }

    /// Says where large files are.
    ///
    /// @param answer of `git-lfs-authenticate`; without one there is no such command
    public void keepLargeFiles(String answer) {
        largeFiles = answer;
    }

    public int port() {
        return server.getPort();
    }

    /// Shows another key from the next connection on.
    public void become(KeyPair other) {
        identity = other;
    }

    public String url() {
        return "ssh://git@127.0.0.1:%d/team/app.git".formatted(port());
    }

    /// The line of `known_hosts` that names this host.
    public String knownAs() {
        return line(identity);
    }

    /// The line that this host would have with another key.
    public String line(KeyPair other) {
        return "[127.0.0.1]:%d %s".formatted(port(), PublicKeyEntry.toString(other.getPublic()));
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Exchange extends AbstractCommandSupport {

        Exchange(String command) {
            super(command, null);
        }

        @Override
        public void run() {
            try {
                if (getCommand().equals("git-lfs-authenticate '/team/app.git' download")) {
                    getOutputStream().write(largeFiles.getBytes(UTF_8));
                    getOutputStream().flush();
                    onExit(largeFiles.isEmpty() ? 127 : 0);
                    return;
                }
                if (!getCommand().endsWith(" '/team/app.git'")) {
                    getErrorStream().write("ERROR: Repository not found.\n".getBytes());
                    getErrorStream().flush();
                    onExit(1);
                    return;
                }
                if (getCommand().startsWith("git-upload-pack")) {
                    try (var upload = new UploadPack(repository)) {
                        upload.setRequestPolicy(RequestPolicy.ANY);
                        Optional.ofNullable(getEnvironment().getEnv().get("GIT_PROTOCOL"))
                                .ifPresent(it -> upload.setExtraParameters(List.of(it)));
                        upload.upload(getInputStream(), getOutputStream(), getErrorStream());
                    }
                } else {
                    new ReceivePack(repository)
                            .receive(getInputStream(), getOutputStream(), getErrorStream());
                }
                onExit(0);
            } catch (IOException e) {
                onExit(1, e.getMessage());
            }
        }
    }
}
