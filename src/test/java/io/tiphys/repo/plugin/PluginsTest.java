package io.tiphys.repo.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.PluginServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against servers on real sockets, such as [PluginServer] is one and such as misbehave.
class PluginsTest {

    private static final String PREFIX = "tiphys.repo.plugins.";
    private static final Optional<String> NO_RULES = Optional.empty();

    @TempDir Path directory;

    private Path folder;
    private Plugins plugins;

    @BeforeEach
    void install() {
        folder = directory.resolve("plugins");
        plugins = plugins();
    }

    @AfterEach
    void end() {
        plugins.close();
    }

    @Test
    void without_the_folder_there_are_no_plugins() {
        assertThat(plugins.installed()).isEmpty();
        assertThat(plugins.discovering()).isEmpty();
    }

    @Test
    void every_socket_in_the_folder_is_a_plugin_and_nothing_else_is() throws IOException {
        try (var _ = new PluginServer(folder, "zeta-v1.0", "", NO_RULES);
                var _ = new PluginServer(folder, "alpha", "", NO_RULES)) {
            Files.createFile(folder.resolve("file.sock"));
            Files.createSymbolicLink(folder.resolve("link.sock"), folder.resolve("alpha.sock"));

            assertThat(plugins.installed())
                    .extracting(Plugin::name)
                    .containsExactly("alpha", "zeta-v1.0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../outside", "a/../../outside", "/outside", "link", "other", "", ".", "\0"})
    void no_name_leads_out_of_the_folder(String name) throws IOException {
        try (var _ = new PluginServer(directory, "outside", "", NO_RULES);
                var _ = new PluginServer(folder, "alpha", "", NO_RULES)) {
            Files.createSymbolicLink(
                    folder.resolve("link.sock"), directory.resolve("outside.sock"));
            Files.createDirectory(folder.resolve("a"));

            assertThatThrownBy(() -> plugins.named(name))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("none is " + name + ": [alpha]");
        }
    }

    @Test
    void a_plugin_gets_files_and_variables_and_answers_with_manifests() throws IOException {
        var generate = "printf '%s\\n' \"$A\"; cat ../top; echo ---; pwd | grep -o 'a b$'";
        try (var server = new PluginServer(folder, "plain", generate, NO_RULES)) {
            var parcel = parcel("a b", Map.of("A", "é=\n'$A", "B", ""));

            assertThat(plugins.generate(plugins.named("plain"), parcel, true))
                    .containsExactly("é=\n'$A\nof top\n", "a b\n");
            assertThat(server.requests())
                    .containsExactly("CheckPluginConfiguration", "GenerateManifest");
        }
    }

    @Test
    void an_archive_of_many_chunks_arrives_as_it_was_sent() throws IOException {
        try (var _ = new PluginServer(folder, "large", "wc -c < ../noise", NO_RULES)) {
            var noise = new byte[3_000_001];
            new Random(7).nextBytes(noise);
            Files.write(files().resolve("noise"), noise);

            assertThat(plugins.generate(plugins.named("large"), parcel("a b", Map.of()), true))
                    .containsExactly("3000001\n");
        }
    }

    @Test
    void a_plugin_with_rules_says_whether_files_are_for_it() throws IOException {
        try (var _ = new PluginServer(folder, "picky", "cat x", Optional.of("ls x 2>&-; :"))) {
            var plugin = plugins.named("picky");

            assertThat(plugins.discovering()).containsExactly(plugin);
            assertThat(plugins.matches(plugin, parcel("a b", Map.of()))).isTrue();
            assertThat(plugins.matches(plugin, parcel(".", Map.of()))).isFalse();
            assertThat(plugins.generate(plugin, parcel("a b", Map.of()), true))
                    .containsExactly("of x\n");
            assertFails(plugin, ".", false).hasMessageContaining("not for these files");
        }
    }

    @Test
    void a_plugin_is_asked_for_its_rules_once_after_each_start() {
        var server = new PluginServer(folder, "plain", "", NO_RULES);
        try (server) {
            assertThat(plugins.discovering()).isEmpty();
            assertThat(plugins.discovering()).isEmpty();
            assertThat(server.requests()).containsExactly("CheckPluginConfiguration");
        }
        try (var next = new PluginServer(folder, "plain", "", Optional.of("ls"))) {
            assertThat(plugins.discovering()).hasSize(1);
            assertThat(next.requests()).containsExactly("CheckPluginConfiguration");
        }
    }

    @Test
    void a_plugins_identity_is_another_one_after_each_start() {
        Plugin first;
        try (var _ = new PluginServer(folder, "plain", "", NO_RULES)) {
            first = plugins.named("plain");
            assertThat(plugins.named("plain")).isEqualTo(first);
        }
        try (var _ = new PluginServer(folder, "plain", "", NO_RULES)) {
            assertThat(plugins.named("plain").identity()).isNotEqualTo(first.identity());
        }
    }

    @Test
    void what_a_plugin_says_of_its_failure_is_told_however_long() throws IOException {
        var generate = "head -c 20000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 3";
        try (var _ = new PluginServer(folder, "broken", generate, NO_RULES)) {
            assertFails(plugins.named("broken"), "a b", false)
                    .hasMessageContainingAll("The plugin broken failed: ", "status 3: xxx", "xend");
        }
    }

    @Test
    void a_checksum_that_is_wrong_is_the_plugins_to_refuse() throws IOException {
        try (var _ = new PluginServer(folder, "plain", "ls", NO_RULES)) {
            var right = parcel("a b", Map.of());
            var wrong = new Parcel("shop", "a b", Map.of(), right.archive(), "0".repeat(64));

            assertThatThrownBy(() -> plugins.generate(plugins.named("plain"), wrong, true))
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void one_that_hangs_is_ended_when_its_time_is_over() throws IOException {
        try (var server = new PluginServer(folder, "slow", "sleep 600", NO_RULES)) {
            plugins = plugins("time", "1s");

            assertFails(plugins.named("slow"), "a b", true)
                    .hasMessageContaining("slow took longer than PT1S (tiphys.repo.plugins.time)");
            assertThat(server.requests()).contains("GenerateManifest");
        }
    }

    @Test
    void one_that_never_stops_answering_is_cut_off() throws IOException {
        try (var _ = new PluginServer(folder, "loud", "head -c 2000000 /dev/zero", NO_RULES)) {
            plugins = plugins("output", "1M");

            assertFails(plugins.named("loud"), "a b", false)
                    .hasMessageContaining("more than tiphys.repo.plugins.output allows");
        }
    }

    @Test
    void one_that_crashes_meanwhile_may_be_back_soon() throws IOException {
        try (var server =
                new PluginServer(folder, "weak", "touch ../../../here; sleep 600", NO_RULES)) {
            var here = folder.resolve("here");
            Thread.ofPlatform()
                    .start(
                            () -> {
                                await().until(() -> Files.exists(here));
                                server.crash();
                            });

            assertFails(plugins.named("weak"), "a b", true)
                    .hasMessageContaining("The plugin weak does not answer");
        }
    }

    @Test
    void a_socket_that_nobody_listens_at_is_said_at_once() throws IOException {
        Files.createDirectories(folder);
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("dead.sock")));
        }

        assertFails(plugins.named("dead"), "a b", true)
                .hasMessageContaining("The plugin dead does not answer");
        assertThatThrownBy(plugins::discovering).isInstanceOf(ManifestFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\377\377\1\2\3"})
    void garbage_is_no_answer(String garbage) throws IOException {
        Files.createDirectories(folder);
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("odd.sock")));
            Thread.ofPlatform().daemon().start(() -> answerAll(socket, garbage));

            assertFails(plugins.named("odd"), "a b", true)
                    .hasMessageContaining("The plugin odd does not answer");
        }
    }

    @Test
    void one_that_hangs_keeps_only_those_waiting_who_need_it() throws Exception {
        plugins = plugins("at-once", "1", "time", "60s");
        try (var slow = new PluginServer(folder, "slow", "sleep 600", NO_RULES);
                var _ = new PluginServer(folder, "plain", "ls", NO_RULES)) {
            var parcel = parcel("a b", Map.of());
            var one = started(() -> plugins.generate(plugins.named("slow"), parcel, true));
            var other = started(() -> plugins.generate(plugins.named("slow"), parcel, true));
            await().until(() -> slow.requests().contains("GenerateManifest"));

            assertThat(plugins.generate(plugins.named("plain"), parcel, true))
                    .containsExactly("x\n");
            assertThat(slow.requests()).containsOnlyOnce("GenerateManifest");

            other.interrupt();
            other.join();
            one.interrupt();
            one.join();
        }
    }

    private static void answerAll(ServerSocketChannel socket, String garbage) {
        while (socket.isOpen()) {
            try (var caller = socket.accept()) {
                caller.write(ByteBuffer.wrap(garbage.getBytes(UTF_8)));
            } catch (IOException gone) {
                // Either of both: the test is over, or the caller has heard enough.
            }
        }
    }

    private static Thread started(Runnable work) {
        return Thread.ofVirtual()
                .start(() -> assertThatThrownBy(work::run).hasMessageContaining("was interrupted"));
    }

    private AbstractThrowableAssert<?, ?> assertFails(Plugin plugin, String path, boolean passing)
            throws IOException {
        var parcel = parcel(path, Map.of());
        return assertThatThrownBy(() -> plugins.generate(plugin, parcel, true))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isEqualTo(passing));
    }

    private Path files() throws IOException {
        return Files.createDirectories(directory.resolve("files"));
    }

    /// Of the files `top` and `a b/x`, and what a test has put beside them.
    private Parcel parcel(String path, Map<String, String> environment) throws IOException {
        Files.createDirectories(files().resolve("a b"));
        Files.writeString(files().resolve("top"), "of top\n");
        Files.writeString(files().resolve("a b/x"), "of x\n");
        var archive = directory.resolve("archive");
        try {
            new ProcessBuilder("tar", "czf", archive.toString(), "-C", files().toString(), ".")
                    .start()
                    .waitFor();
            var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
            return new Parcel("shop", path, environment, archive, HexFormat.of().formatHex(digest));
        } catch (InterruptedException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Plugins plugins(String... settings) {
        var values = new HashMap<String, String>();
        values.put(PREFIX + "directory", folder.toString());
        values.put(PREFIX + "time", "5s");
        for (int i = 0; i < settings.length; i += 2) {
            values.put(PREFIX + settings[i], settings[i + 1]);
        }
        return new Plugins(
                new SmallRyeConfigBuilder()
                        .addDefaultInterceptors()
                        .addDiscoveredConverters()
                        .withMapping(PluginConfig.class)
                        .withDefaultValues(values)
                        .build()
                        .getConfigMapping(PluginConfig.class));
    }
}
