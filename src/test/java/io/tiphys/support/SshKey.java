package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.eclipse.jgit.api.errors.CanceledException;
import org.eclipse.jgit.api.errors.UnsupportedSigningFormatException;
import org.eclipse.jgit.lib.GpgConfig;
import org.eclipse.jgit.lib.GpgSignature;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.Signer;
import org.eclipse.jgit.signing.ssh.SshSignerFactory;
import org.eclipse.jgit.transport.CredentialsProvider;

/// A developer's key of SSH, in a file.
public record SshKey(KeyPair pair, Path file) implements Signer {

    /// @param type such as `ssh-ed25519`
    public static SshKey create(Path folder, String type, int size) {
        try {
            var pair = SshGitHost.key(type, size);
            var file = Files.createTempFile(folder, "key", "");
            try (var out = Files.newOutputStream(file)) {
                OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "ada", null, out);
            }
            var known = file.resolveSibling(file.getFileName() + ".pub");
            Files.writeString(known, PublicKeyEntry.toString(pair.getPublic()), UTF_8);
            return new SshKey(pair, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A private key of Ed25519 that asks for a passphrase, as OpenSSH writes it.
    public static String encrypted(String passphrase) {
        var encryption = new OpenSSHKeyEncryptionContext();
        encryption.setCipherName("AES");
        encryption.setCipherType("256");
        encryption.setCipherMode("CTR");
        encryption.setPassword(passphrase);
        try {
            var out = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
                    SshGitHost.key("ssh-ed25519", 256), "ada", encryption, out);
            return out.toString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// As a policy names it.
    public String fingerprint() {
        return KeyUtils.getFingerPrint(pair.getPublic());
    }

    /// As a line of allowed signers has it.
    public String known() {
        return PublicKeyEntry.toString(pair.getPublic());
    }

    public String sign(Repository repository, byte[] data) {
        return sign(
                        repository,
                        new GpgConfig(repository.getConfig()),
                        data,
                        new PersonIdent("Ada", "ada@example.org"),
                        "",
                        null)
                .toExternalString();
    }

    @Override
    public GpgSignature sign(
            Repository repository,
            GpgConfig config,
            byte[] data,
            PersonIdent committer,
            String signingKey,
            CredentialsProvider credentials) {
        try {
            return new SshSignerFactory()
                    .create()
                    .sign(repository, config, data, committer, file.toString(), credentials);
        } catch (CanceledException | UnsupportedSigningFormatException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean canLocateSigningKey(
            Repository repository,
            GpgConfig config,
            PersonIdent committer,
            String signingKey,
            CredentialsProvider credentials) {
        return true;
    }
}
