package io.tiphys.repo.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.AskPassClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who gets a password at the socket, and for how long.
class AskPassTest {

    private static final Login.Password PASSWORD =
            new Login.Password(new Hidden("ann"), new Hidden("s3cret"), false);

    @TempDir Path directory;

    @Test
    void a_word_is_good_for_its_password_until_the_loan_ends() throws IOException {
        var askPass = askPass(directory.resolve("sock"));
        try (var client = new AskPassClient(directory.resolve("sock"));
                var other = askPass.lend(PASSWORD)) {
            String word;
            try (var loan = askPass.lend(PASSWORD)) {
                word = word(loan);
                assertThat(loan.toString()).doesNotContain("s3cret");
                assertThat(client.ask(word)).isEqualTo("ann s3cret");
            }
            assertThat(client.ask(word)).isEqualTo("NOT_FOUND");
            assertThat(client.ask(word(other))).isEqualTo("ann s3cret");
            assertThat(client.ask("")).isEqualTo("NOT_FOUND");
        } finally {
            askPass.close();
        }
    }

    @Test
    void the_socket_is_for_the_own_user_and_gone_at_the_end() throws IOException {
        var socket = directory.resolve("sock");
        var askPass = askPass(socket);
        assertThat(socket).doesNotExist();
        askPass.lend(PASSWORD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");

        askPass.close();

        assertThat(socket).doesNotExist();
    }

    @Test
    void what_an_earlier_process_left_is_replaced() throws IOException {
        var socket = Files.createFile(directory.resolve("sock"));
        var askPass = askPass(socket);
        try (var loan = askPass.lend(PASSWORD);
                var client = new AskPassClient(socket)) {
            assertThat(client.ask(word(loan))).isEqualTo("ann s3cret");
        } finally {
            askPass.close();
        }
    }

    @Test
    void garbage_is_refused_and_the_next_question_answered() throws IOException {
        var socket = directory.resolve("sock");
        var askPass = askPass(socket);
        try (var loan = askPass.lend(PASSWORD);
                var client = new AskPassClient(socket)) {
            assertThat(client.askRaw(new byte[] {10, 127, 1})).isEqualTo("NOT_FOUND");
            assertThat(client.askRaw(new byte[1 << 20])).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(client.ask(word(loan))).isEqualTo("ann s3cret");
        } finally {
            askPass.close();
        }
    }

    @Test
    void where_there_can_be_no_socket_the_setting_is_named() {
        assertThatThrownBy(() -> askPass(directory.resolve("no/folder/sock")).lend(PASSWORD))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("tiphys.repo.plugins.credentials-socket")
                .hasMessageNotContaining("s3cret");
    }

    private static String word(AskPass.Loan loan) {
        return loan.environment().get("ARGOCD_GIT_ASKPASS_NONCE");
    }

    private static AskPass askPass(Path socket) {
        return new AskPass(
                new SmallRyeConfigBuilder()
                        .addDefaultInterceptors()
                        .addDiscoveredConverters()
                        .withMapping(PluginConfig.class)
                        .withDefaultValue(
                                "tiphys.repo.plugins.credentials-socket", socket.toString())
                        .build()
                        .getConfigMapping(PluginConfig.class));
    }
}
