package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.ToolSettings;
import io.tiphys.repo.Access;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendering;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.plugin.AskPass;
import io.tiphys.repo.plugin.Plugins;
import io.tiphys.support.AskPassClient;
import io.tiphys.support.AzurePod;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.PluginServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/// Which plugin renders which source, what it is sent and lent, and what its result is remembered
/// by.
///
/// Long because every kind of plugin is tried with the same repository.
class PluginRendererTest {

    private static final String ONE = "1111111111111111111111111111111111111111";
    private static final String OTHER = "2222222222222222222222222222222222222222";

    /// Answers with the paths and modes of all files, and what the shell makes of `$SAID`.
    private static final String LIST =
            """
            echo "{apiVersion: v1, kind: L, metadata: {name: l}, at: '$(basename "$(pwd)")',"
            echo "said: '$(eval "echo \\"$ARGOCD_ENV_SAY\\"")', files: ["
            cd "$(pwd | sed 's,\\(_cmp_server/[^/]*\\).*,\\1,')"
            find . ! -type d | sort | while read f; do
              echo "'$(stat -c '%A' $f | cut -c1-4) $f $(readlink $f)',"
            done
            echo ]}
            """;

    @TempDir Path directory;

    private final MemoryFolder root =
            new MemoryFolder()
                    .with("app/a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: plain}\n")
                    .with("app/run.sh", "")
                    .with("lib/b.yaml", "")
                    .withLink("app/link", "../lib/b.yaml");

    private Path folder;
    private Path socket;
    private Plugins plugins;
    private AskPass askPass;
    private GitCredential credential = GitCredential.NONE;
    private SourceRenderer renderer;
    private String declared = "";

    @BeforeEach
    void install() {
        use();
    }

    private void use(String... settings) {
        folder = directory.resolve("plugins");
        var all = new ArrayList<>(List.of("plugins.directory", folder.toString()));
        all.addAll(List.of("plugins.time", "20s"));
        socket = directory.resolve("askpass.sock");
        all.addAll(List.of("plugins.credentials-socket", socket.toString()));
        all.addAll(List.of(settings));
        var config = Settings.plugins(all.toArray(String[]::new));
        var rooms = Settings.of("directory", directory.toString());
        var folders = new WorkingFolders(rooms);
        var jail = new Jail(rooms.jail(), List.of());
        var tools = new Tools(Map.of(), "", jail, folders);
        plugins = new Plugins(config);
        askPass = new AskPass(config);
        renderer =
                new SourceRenderer(
                        new DirectoryRenderer(new Jsonnet(jail, folders)),
                        new HelmRenderer(
                                tools,
                                jail,
                                folders,
                                new ChartDependencies(Settings.NO_CHARTS),
                                new MemoryRemotes().remotes()),
                        new KustomizeRenderer(tools, jail, folders, new MemoryRemotes().remotes()),
                        new PluginRenderer(
                                rooms,
                                config,
                                plugins,
                                askPass,
                                new Identities(AzurePod.NONE, InstantSource.system()),
                                folders));
    }

    @AfterEach
    void end() throws IOException {
        askPass.close();
        plugins.close();
    }

    @Test
    void a_plugin_gets_the_whole_repository_and_runs_where_the_source_lies() {
        try (var _ = plugin("list", LIST, Optional.empty())) {
            var rendering = plan("plugin: {name: list}");

            assertThat(rendering.type()).isEqualTo(Source.Type.PLUGIN);
            var object = rendered(rendering).getFirst().object();
            assertThat(object).containsEntry("at", "app");
            assertThat(Json.array(object, "files"))
                    .containsExactly(
                            "-rw- ./app/a.yaml ",
                            "lrwx ./app/link ../lib/b.yaml",
                            "-rwx ./app/run.sh ",
                            "-rw- ./lib/b.yaml ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$ARGOCD_APP_NAME $ARGOCD_APP_NAMESPACE $ARGOCD_APP_PROJECT_NAME | shop web"
                        + " default",
                "$ARGOCD_APP_REVISION_SHORT $ARGOCD_APP_SOURCE_PATH | 1111111 app",
                "$KUBE_VERSION $KUBE_API_VERSIONS | 1.35.2 v1,v1/Pod",
                "$UNKNOWN. | ."
            })
    void variables_of_the_application_hold_those_of_the_build(String say, String said) {
        try (var _ = plugin("list", LIST, Optional.empty())) {
            var rendering =
                    plan("plugin: {name: list, env: [{name: SAY, value: '%s'}]}".formatted(say));

            assertThat(rendered(rendering).getFirst().object()).containsEntry("said", said);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$$PARAM_SOME_TEXT $$PARAM_LIST_0$$PARAM_LIST_1 $$PARAM_MAP_A_B | t onetwo v",
                "$$ARGOCD_APP_PARAMETERS |"
                    + " [{\"name\":\"some-text\",\"string\":\"t\"},{\"array\":[\"one\",\"two\"],\"name\":\"list\"},{\"map\":{\"a.b\":\"v\"},\"name\":\"map\"}]"
            })
    void parameters_are_variables_each_and_all_together(String say, String said) {
        try (var _ = plugin("list", LIST, Optional.empty())) {
            var rendering =
                    plan(
                            """
                            plugin:
                              name: list
                              env: [{name: SAY, value: '%s'}]
                              parameters:
                                - {name: some-text, string: t}
                                - {name: list, array: [one, two]}
                                - {name: map, map: {a.b: v}}
                            """
                                    .formatted(say));

            assertThat(rendered(rendering).getFirst().object()).containsEntry("said", said);
        }
    }

    @Test
    void a_source_that_names_no_tool_is_for_the_plugin_that_says_so() {
        try (var picky = plugin("picky", LIST, Optional.of("ls mine 2>&-; :"));
                var _ = plugin("quiet", LIST, Optional.empty())) {
            assertThat(plan("").type()).isEqualTo(Source.Type.DIRECTORY);
            root.with("app/Chart.yaml", "name: chart");
            root.with("app/mine", "");

            assertThat(plan("").type()).isEqualTo(Source.Type.PLUGIN);
            assertThat(rendered(plan(""))).hasSize(1);
            assertThat(rendered(plan("plugin: {}"))).hasSize(1);
            assertThat(plan("directory: {}").type()).isEqualTo(Source.Type.DIRECTORY);
            // Once for each of the three sources: their answers are remembered.
            assertThat(picky.requests()).filteredOn("MatchRepository"::equals).hasSize(3);
        }
    }

    @Test
    void a_plugin_without_rules_must_be_named() {
        try (var _ = plugin("quiet", LIST, Optional.empty())) {
            assertThat(plan("").type()).isEqualTo(Source.Type.DIRECTORY);
            assertThatThrownBy(() -> rendered(plan("plugin: {}")))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("no plugin that is installed is for these files");
        }
    }

    @Test
    void no_source_is_taken_for_a_plain_directory_while_a_plugin_cannot_say_whether_it_is_its()
            throws IOException {
        Files.createDirectories(folder);
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("dead.sock")));
        }

        assertThatThrownBy(() -> plan(""))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessageContainingAll("names no tool", "The plugin dead does not answer");
        assertThat(plan("directory: {}").type()).isEqualTo(Source.Type.DIRECTORY);
    }

    @Test
    void the_commit_counts_as_the_plugin_may_write_it_into_manifests() {
        try (var _ = plugin("list", LIST, Optional.empty())) {
            var inputs = plan("plugin: {name: list}").inputs();

            assertThat(plan("plugin: {name: list}").inputs()).isEqualTo(inputs);
            assertThat(plan("plugin: {name: list}", OTHER).inputs()).isNotEqualTo(inputs);
            root.with("far/away", "");
            assertThat(plan("plugin: {name: list}").inputs()).isNotEqualTo(inputs);
        }
    }

    @Test
    void a_plugin_that_was_started_anew_is_asked_anew() {
        String inputs;
        try (var _ = plugin("list", LIST, Optional.empty())) {
            inputs = plan("plugin: {name: list}").inputs();
        }
        try (var _ = plugin("list", LIST, Optional.empty())) {
            assertThat(plan("plugin: {name: list}").inputs()).isNotEqualTo(inputs);
        }
    }

    @Test
    void of_declared_paths_their_common_folder_is_sent_and_other_commits_do_not_count() {
        use("plugins.only-declared-paths", "true");
        root.with("team/app/x", "").with("team/lib/y", "").with("team/z", "");
        declared = ".;/team/lib";
        try (var _ = plugin("list", LIST, Optional.empty())) {
            var rendering = plan("path: team/app\nplugin: {name: list}");

            var object = rendered(rendering).getFirst().object();
            assertThat(object).containsEntry("at", "app");
            assertThat(Json.array(object, "files"))
                    .containsExactly("-rw- ./app/x ", "-rw- ./lib/y ", "-rw- ./z ");
            root.with("far/away", "");
            assertThat(plan("path: team/app\nplugin: {name: list}", OTHER).inputs())
                    .isEqualTo(rendering.inputs());
            root.with("team/lib/y", "changed");
            assertThat(plan("path: team/app\nplugin: {name: list}", OTHER).inputs())
                    .isNotEqualTo(rendering.inputs());
        }
    }

    @Test
    void a_link_out_of_what_is_declared_is_told() {
        use("plugins.only-declared-paths", "true");
        declared = ".";
        try (var _ = plugin("list", LIST, Optional.empty())) {
            assertThatThrownBy(() -> rendered(plan("plugin: {name: list}")))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage(
                            "The symbolic link app/link leads out of the declared paths, to"
                                    + " lib/b.yaml");
        }
    }

    @Test
    void what_is_excluded_is_not_sent() {
        use("plugins.exclusions", "lib;app/*.sh;app/[k-m]*");
        try (var _ = plugin("list", LIST, Optional.empty())) {
            assertThat(
                            Json.array(
                                    rendered(plan("plugin: {name: list}")).getFirst().object(),
                                    "files"))
                    .containsExactly("-rw- ./app/a.yaml ");
        }
    }

    @Test
    void more_than_may_be_sent_is_refused() {
        use("plugins.archive", "100");
        try (var _ = plugin("list", LIST, Optional.empty())) {
            assertThatThrownBy(() -> rendered(plan("plugin: {name: list}")))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("larger than 100 bytes, packed");
        }
    }

    @Test
    void a_failure_reads_the_same_each_time() {
        try (var _ = plugin("list", "cat missing", Optional.empty())) {
            assertThatThrownBy(() -> rendered(plan("plugin: {name: list}")))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContainingAll("The plugin list failed", "missing", "in app")
                    .hasMessageNotContaining("_cmp_server");
        }
    }

    @ParameterizedTest
    @CsvSource({"text,must be an object", "'{kind: A}',needs apiVersion", "'{',plugin list: line"})
    void what_is_no_manifest_is_refused(String output, String message) {
        try (var _ = plugin("list", "echo '" + output + "'", Optional.empty())) {
            assertThatThrownBy(() -> rendered(plan("plugin: {name: list}")))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void nothing_of_what_was_sent_is_kept() throws IOException {
        try (var _ = plugin("list", LIST, Optional.empty())) {
            rendered(plan("plugin: {name: list}"));
        }
        try (var left = Files.list(directory.resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }

    /// The plugin's command waits between two pipes, as long as the test asks in its place.
    @Test
    void a_plugin_that_asks_for_it_borrows_the_credential_while_its_command_runs()
            throws IOException, InterruptedException {
        credential = credential(new Login.Password(new Hidden("ann"), new Hidden("s3cret"), false));
        var word = directory.resolve("word");
        var told = directory.resolve("told");
        new ProcessBuilder("mkfifo", word.toString(), told.toString()).start().waitFor();
        var waits =
                """
                [ -z "$(env | grep s3cret)" ] || exit 1
                echo $ARGOCD_GIT_ASKPASS_NONCE $GIT_ASKPASS $ARGOCD_BINARY_NAME > %s
                cat %s
                """
                        .formatted(word, told);
        try (var _ = new PluginServer(folder, "borrower", waits, Optional.empty(), true);
                var client = new AskPassClient(socket)) {
            var rendering = plan("plugin: {name: borrower}");
            var rendered = CompletableFuture.supplyAsync(() -> rendered(rendering));
            var environment = Files.readString(word).strip().split(" ");

            assertThat(environment).contains("argocd", "argocd-git-ask-pass");
            assertThat(client.ask(environment[0])).isEqualTo("ann s3cret");
            assertThat(client.ask("another")).isEqualTo("NOT_FOUND");

            Files.writeString(told, "{apiVersion: v1, kind: L, metadata: {name: l}}");
            assertThat(rendered.join()).hasSize(1);
            assertThat(client.ask(environment[0])).isEqualTo("NOT_FOUND");
        }
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void a_plugin_that_does_not_ask_or_a_key_for_SSH_lends_nothing(boolean asks, boolean web) {
        credential =
                credential(
                        web
                                ? new Login.Password(new Hidden("ann"), new Hidden("s3cret"), false)
                                : new Login.SshKey(new Hidden("s3cret")));
        var says =
                "echo \"{apiVersion: v1, kind: L, metadata: {name: l}, word:"
                        + " '$ARGOCD_GIT_ASKPASS_NONCE'}\"";
        try (var _ = new PluginServer(folder, "other", says, Optional.empty(), asks)) {
            var rendered = rendered(plan("plugin: {name: other}"));

            assertThat(rendered.getFirst().object()).containsEntry("word", "");
            assertThat(socket).doesNotExist();
        }
    }

    private static GitCredential credential(Login login) {
        var none = GitCredential.NONE;
        return new GitCredential(
                "secret",
                login,
                none.clientCertificate(),
                none.clientKey(),
                none.insecure(),
                none.proxy(),
                none.noProxy(),
                none.knownHosts(),
                none.authorities(),
                none.registry(),
                none.plainHttp(),
                none.largeFiles(),
                none.depth());
    }

    private PluginServer plugin(String name, String generate, Optional<String> discover) {
        return new PluginServer(folder, name, generate, discover);
    }

    private Rendering plan(String source) {
        return plan(source, ONE);
    }

    private Rendering plan(String fields, String revision) {
        Map<String, Object> tree = new Yaml().load("repoURL: https://h/r\npath: app\n" + fields);
        var source = Source.read("spec.source", tree);
        var folder = root.folder(source.path()).orElseThrow();
        var build =
                new Build(
                        "shop",
                        "default",
                        "web",
                        "v1.35.2",
                        List.of("v1", "v1/Pod"),
                        declared,
                        ToolSettings.DEFAULT);
        var access =
                new Access(
                        "",
                        _ -> credential,
                        Access.NONE.charts(),
                        Access.NONE.named(),
                        Access.NONE.integrity());
        return renderer.plan(
                new RenderRequest(source, revision, root, folder, build, access, FetchDemand.ANY));
    }

    private static List<Manifest> rendered(Rendering rendering) {
        return rendering.render().get().manifests();
    }
}
