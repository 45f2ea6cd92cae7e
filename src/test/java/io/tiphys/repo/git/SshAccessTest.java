package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Access;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.Accesses;
import io.tiphys.support.Bare;
import io.tiphys.support.Credential;
import io.tiphys.support.GitHost;
import io.tiphys.support.LfsBatch;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.SshGitHost;
import java.io.StringWriter;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.config.hosts.KnownHostDigest;
import org.apache.sshd.client.config.hosts.KnownHostHashValue;
import org.apache.sshd.common.random.JceRandomFactory;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshAccessTest extends AgainstGitHost {

    private static final KeyPair HOST = SshGitHost.key("ssh-ed25519", 256);
    private static final KeyPair ADA = SshGitHost.key("ecdsa-sha2-nistp256", 256);
    private static final KeyPair EVE = SshGitHost.key("ecdsa-sha2-nistp256", 256);

    private SshGitHost ssh;

    @BeforeEach
    void serveBySsh() {
        ssh = SshGitHost.start(bare, HOST);
        ssh.allow(ADA);
    }

    @AfterEach
    void stopSsh() {
        ssh.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ssh-ed25519, 256, OpenSSH",
        "ssh-rsa, 2048, OpenSSH",
        "ecdsa-sha2-nistp256, 256, OpenSSH",
        "ssh-rsa, 2048, PEM",
        "ecdsa-sha2-nistp256, 256, PEM",
        "ssh-rsa, 2048, PKCS#8",
    })
    void every_usual_kind_of_key_lets_in(String type, int size, String format) throws Exception {
        var user = SshGitHost.key(type, size);
        ssh.allow(user);
        var text =
                switch (format) {
                    case "PEM" -> pem(user);
                    case "PKCS#8" -> SelfSigned.pem(user.getPrivate());
                    default -> SshGitHost.openSsh(user);
                };

        assertThat(resolve(credential(text, ssh.knownAs()))).isEqualTo(tipOf(MAIN).name());
    }

    @Test
    void a_key_that_was_pasted_carelessly_is_read() throws Exception {
        var text = "\n" + SshGitHost.openSsh(ADA).strip().replace("\n", "\r\n");

        assertThat(resolve(credential(text, ssh.knownAs()))).isEqualTo(tipOf(MAIN).name());
    }

    @Test
    void a_commit_is_fetched_by_its_id_and_pushed_to_a_branch() throws Exception {
        var credential = credential(SshGitHost.openSsh(ADA), ssh.knownAs());
        var mirror = mirrors.of(ssh.url(), credential);
        var first = tipOf(MAIN).name();
        commit("a.yaml", "a: 1\n");

        assertThat(mirror.resolve(first, FetchDemand.ANY)).isEqualTo(first);
        var written =
                mirror.write(
                        "HEAD",
                        "",
                        credential,
                        _ -> new Change(Map.of("b.yaml", "b: 1\n".getBytes(UTF_8)), "Ours"));

        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        assertThat(mirror.look(List.of(Revision.named("HEAD")))).isEmpty();
    }

    @Test
    void a_submodule_may_be_at_a_host_of_ssh() throws Exception {
        var credential = credential(SshGitHost.openSsh(ADA), ssh.knownAs());
        var access = Accesses.ofProject("", _ -> credential);
        try (var web = GitHost.start(directory);
                var app = Bare.create(directory.resolve("app.git"))) {
            var commit = app.withSubmodule("lib", ssh.url(), tipOf(MAIN).name()).commit();
            var mirror = mirrors.of(web.address("app.git"), GitCredential.NONE);
            mirror.resolve(commit, FetchDemand.ANY);

            var folder = mirror.checkout(commit, "lib/guestbook", access);

            assertThat(folder.file("deployment.yaml")).isPresent();
        }
    }

    @Test
    void large_files_are_fetched_from_where_the_host_says_by_ssh() throws Exception {
        var content = "replicas: 3\n".getBytes(UTF_8);
        var fields =
                Map.of("sshPrivateKey", SshGitHost.openSsh(ADA), "enableLfs", "true", "depth", "1");
        var credential = Credential.of(ssh.url(), fields).trusting(ssh.knownAs(), "");
        try (var web = GitHost.start(directory)) {
            var batch = new LfsBatch();
            web.leave("/lfs/objects/batch", batch);
            var commit = commit("values.yaml", batch.has(content)).name();
            batch.want("canary");
            var mirror = mirrors.of(ssh.url(), credential);
            mirror.resolve("main", FetchDemand.ANY);
            var root = mirror.checkout(commit, "", Access.NONE);
            var file = root.file("values.yaml").orElseThrow();

            assertThatThrownBy(() -> root.read(file))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("does not say by SSH where its large files are");

            ssh.keepLargeFiles(
                    "{\"href\": \"%s\", \"header\": {\"Authorization\": \"canary\"}}"
                            .formatted(web.address("lfs")));
            assertThat(root.read(file)).isEqualTo(content);
        }
    }

    @Test
    void a_key_that_the_host_does_not_know_is_named_as_such() throws Exception {
        assertThatThrownBy(() -> resolve(credential(SshGitHost.openSsh(EVE), ssh.knownAs())))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("does not accept the credentials of the Secret creds");
        assertThatThrownBy(() -> resolve(GitCredential.NONE.trusting(ssh.knownAs(), "")))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("there are none for it that the project may use");
    }

    @Test
    void a_host_whose_key_nobody_named_is_never_believed() throws Exception {
        var credential = credential(SshGitHost.openSsh(ADA), "# nothing\n\nnonsense\n");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> resolve(credential))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                    .hasMessageContaining(
                            "the key of its host [127.0.0.1]:%d is not known"
                                    .formatted(ssh.port()));
        }
    }

    @Test
    void a_host_with_another_key_than_the_named_one_is_not_believed() throws Exception {
        var other = SshGitHost.key("ssh-ed25519", 256);

        assertThatThrownBy(() -> resolve(credential(SshGitHost.openSsh(ADA), ssh.line(other))))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("has another key than the ConfigMap");
    }

    @Test
    void a_revoked_key_is_not_believed() throws Exception {
        var lines = ssh.knownAs() + "\n@revoked " + ssh.knownAs();

        assertThatThrownBy(() -> resolve(credential(SshGitHost.openSsh(ADA), lines)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("is revoked");
    }

    @Test
    void the_key_of_another_port_or_of_an_authority_is_none_of_the_hosts() throws Exception {
        var key = ssh.knownAs().substring(ssh.knownAs().indexOf(' '));

        for (var line :
                List.of(
                        "127.0.0.1" + key,
                        "[127.0.0.1]:1" + key,
                        "@cert-authority " + ssh.knownAs())) {
            assertThatThrownBy(() -> resolve(credential(SshGitHost.openSsh(ADA), line)))
                    .as(line)
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("is not known");
        }
    }

    @Test
    void a_host_may_be_named_by_its_hash() throws Exception {
        var hash = new KnownHostHashValue();
        hash.setDigester(KnownHostDigest.SHA1);
        var salt = new byte[20];
        JceRandomFactory.INSTANCE.create().fill(salt);
        hash.setSaltValue(salt);
        hash.setDigestValue(
                KnownHostHashValue.calculateHashValue(
                        "127.0.0.1", ssh.port(), KnownHostDigest.SHA1.create(), salt));
        var key = ssh.knownAs().substring(ssh.knownAs().indexOf(' '));

        assertThat(resolve(credential(SshGitHost.openSsh(ADA), hash + key)))
                .isEqualTo(tipOf(MAIN).name());
    }

    @ParameterizedTest
    @CsvSource({"insecure", "insecureIgnoreHostKey"})
    void any_host_is_believed_where_the_secret_says_so(String field) throws Exception {
        var credential =
                Credential.of(
                        ssh.url(), Map.of("sshPrivateKey", SshGitHost.openSsh(ADA), field, "true"));

        assertThat(resolve(credential)).isEqualTo(tipOf(MAIN).name());
    }

    @Test
    void what_is_no_key_is_named_without_being_told() {
        assertThatThrownBy(
                        () ->
                                resolve(
                                        credential(
                                                "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n",
                                                ssh.knownAs())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("sshPrivateKey of the Secret creds is no private key")
                .hasMessageNotContaining("canary");
    }

    @Test
    void a_repository_that_is_not_there_is_named() throws Exception {
        var url = ssh.url().replace("app", "nobody");
        var credential =
                Credential.of(url, Map.of("sshPrivateKey", SshGitHost.openSsh(ADA)))
                        .trusting(ssh.knownAs(), "");

        assertThatThrownBy(() -> mirrors.of(url, credential).resolve("main", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("There is no Git repository at " + url);
    }

    @Test
    void a_host_that_is_not_known_may_come_back() {
        assertThatThrownBy(
                        () ->
                                mirrors.of("git@git.invalid:team/app", GitCredential.NONE)
                                        .resolve("main", FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessageContaining("its host git.invalid is not known");
    }

    private String resolve(GitCredential credential) {
        return mirrors.of(ssh.url(), credential).resolve("main", FetchDemand.ANY);
    }

    private GitCredential credential(String key, String knownHosts) {
        var fields = new HashMap<String, String>();
        fields.put("sshPrivateKey", key);
        return Credential.of(ssh.url(), fields).trusting(knownHosts, "");
    }

    private static String pem(KeyPair keys) throws Exception {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(keys);
        }
        return text.toString();
    }
}
