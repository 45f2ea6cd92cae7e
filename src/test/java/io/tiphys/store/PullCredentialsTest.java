package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.RegistryList;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullCredentialsTest {

    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Map<String, String>> secrets = new HashMap<>();
    private RegistryList registries = RegistryList.read("");
    private final PullCredentials pulling =
            new PullCredentials(
                    new Credentials(List::of, _ -> Map.of()),
                    () -> registries,
                    name -> secrets.getOrDefault(name, Map.of()),
                    environment::get,
                    "argocd");

    @TempDir Path folder;

    @Test
    void a_registry_of_which_nothing_is_said_is_asked_as_anybody_may() {
        assertThat(of("r.local/web"))
                .isEqualTo(
                        new ImageAccess(
                                "r.local/web",
                                Optional.empty(),
                                GitCredential.NONE,
                                20,
                                TagOrder.NONE));
    }

    @Test
    void what_the_operator_says_of_a_registry_counts() {
        registry(
                "api_url: http://10.0.0.1:5000, insecure: true, limit: 3, tagsortmode: latest-last,"
                        + " ca_data: PEM");

        assertThat(of("r.local/web"))
                .isEqualTo(
                        new ImageAccess(
                                "r.local/web",
                                Optional.of(URI.create("http://10.0.0.1:5000")),
                                GitCredential.NONE.reached(true, true, "PEM"),
                                3,
                                TagOrder.NEWEST_LAST));
        assertThat(of("r.local.evil/web").credential()).isEqualTo(GitCredential.NONE);
    }

    @Test
    void a_secret_and_a_variable_count_as_they_are_now() {
        registry("credentials: 'secret:argocd/creds#login'");
        secrets.put("creds", Map.of("login", "ada:one"));
        assertThat(login("r.local/web")).isEqualTo("ada:one");
        secrets.put("creds", Map.of("login", "ada:two"));
        assertThat(login("r.local/web")).isEqualTo("ada:two");

        registry("credentials: 'env:REGISTRY'");
        environment.put("REGISTRY", "eve:three:4");
        assertThat(login("r.local/web")).isEqualTo("eve:three:4");
    }

    @Test
    void an_images_own_secret_comes_before_its_registrys() {
        registry("credentials: 'env:REGISTRY'");
        environment.put("REGISTRY", "eve:canary");
        secrets.put("own", Map.of("login", "ada:mine"));

        var access =
                pulling.of(
                        ImageList.parse(
                                        Map.of(
                                                ImageList.IMAGE_LIST,
                                                "r.local/web",
                                                ImageList.PREFIX + "pull-secret",
                                                "secret:argocd/own#login"))
                                .images()
                                .getFirst(),
                        "default");

        assertThat(shown(access)).isEqualTo("ada:mine");
    }

    @Test
    void what_a_program_prints_is_used_until_it_expires() throws IOException {
        var program = program("echo ada:$(wc -l < calls | tr -d ' '); echo >> calls");
        Files.writeString(folder.resolve("calls"), "");
        registry("credentials: 'ext:%s'".formatted(program));

        assertThat(login("r.local/web")).isEqualTo("ada:0");
        assertThat(login("r.local/other")).isEqualTo("ada:0");
        // As soon as something else is said of the registry, it is asked anew.
        registry("limit: 3, credentials: 'ext:%s'".formatted(program));
        assertThat(login("r.local/web")).isEqualTo("ada:1");
    }

    @Test
    void a_program_gets_nothing_of_the_services_environment_but_what_clouds_need()
            throws IOException {
        registry(
                "credentials: 'ext:%s'"
                        .formatted(program("echo names:$(env | cut -d= -f1 | sort | xargs)")));

        assertThat(login("r.local/web").replaceAll("^names:", "").split(" "))
                .allMatch(
                        it ->
                                it.matches(
                                        "_|PWD|SHLVL|OLDPWD|PATH|HOME|LANG|TMPDIR|[A-Za-z]*_(PROXY|proxy)"
                                            + "|(AWS|AZURE|GOOGLE|CLOUDSDK|GCE|KUBERNETES_SERVICE)_.*"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "echo canary; did not print one line with user:password",
                "echo a:canary && echo b:canary; did not print one line with user:password",
                "true; did not print one line with user:password",
                "echo canary >&2 && exit 3; failed with code 3",
                "head -c 300000 /dev/zero; wrote more than 262144 bytes",
            })
    void a_program_that_gives_no_login_is_told_without_what_it_said(String script, String how)
            throws IOException {
        registry("credentials: 'ext:%s'".formatted(program(script)));

        assertThatThrownBy(() -> of("r.local/web"))
                .isInstanceOf(RefusedEditException.class)
                .hasMessage("ours: the program %s %s".formatted(folder.resolve("creds"), how));
    }

    @Test
    void a_program_a_secret_or_a_variable_that_is_not_there_is_told() {
        registry("credentials: 'ext:/nowhere/creds'");
        assertThatThrownBy(() -> of("r.local/web"))
                .hasMessage("ours: the program /nowhere/creds is not there");

        registry("credentials: 'env:REGISTRY'");
        assertThatThrownBy(() -> of("r.local/web"))
                .hasMessage("ours: the environment variable REGISTRY has no user and password");
        environment.put("REGISTRY", "canary");
        assertThatThrownBy(() -> of("r.local/web")).hasMessageNotContaining("canary");

        registry("credentials: 'secret:argocd/absent#login'");
        assertThatThrownBy(() -> of("r.local/web"))
                .hasMessage("the Secret absent has no user and password there");

        registry("credentials: 'secret:team/creds#login'");
        assertThatThrownBy(() -> of("r.local/web"))
                .hasMessage("ours: credentials must be in the namespace argocd");
    }

    private String program(String script) throws IOException {
        var file = folder.resolve("creds");
        Files.writeString(file, "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private void registry(String fields) {
        registries =
                RegistryList.read(
                        "registries: [{name: ours, prefix: r.local, %s}]".formatted(fields));
        assertThat(registries.problems()).isEmpty();
    }

    private String login(String image) {
        return shown(of(image));
    }

    private static String shown(ImageAccess access) {
        return access.credential().login() instanceof Login.Password(var user, var password, _)
                ? user.text() + ":" + password.text()
                : "nobody";
    }

    private ImageAccess of(String image) {
        return pulling.of(tracked(image), "default");
    }

    private static TrackedImage tracked(String image) {
        return ImageList.parse(Map.of(ImageList.IMAGE_LIST, image)).images().getFirst();
    }
}
