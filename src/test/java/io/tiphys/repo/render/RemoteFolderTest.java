package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Access;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.MemoryFolder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteFolderTest {

    private static final String FIELD = "spec.source.helm.valueFiles";
    private static final String URL = "https://h/values.yaml";

    private final MemoryRemotes remotes = new MemoryRemotes();

    @Test
    void a_file_that_is_named_twice_is_read_once() {
        remotes.file(URL, "a: 1");
        var folder = folder("https");

        var path = folder.add(FIELD, URL);

        assertThat(folder.add(FIELD, URL)).isEqualTo(path);
        assertThat(remotes.asked()).hasSize(1);
        var entry = folder.file(path.substring(RemoteFolder.NAME.length() + 1)).orElseThrow();
        assertThat(new String(folder.read(entry), UTF_8)).isEqualTo("a: 1");
    }

    @Test
    void another_content_is_another_file() {
        remotes.file(URL, "a: 1");
        var before = folder("https");
        before.add(FIELD, URL);
        remotes.file(URL, "a: 2");
        var after = folder("https");
        after.add(FIELD, URL);

        assertThat(after.treeId()).isNotEqualTo(before.treeId());
    }

    @Test
    void a_file_that_cannot_be_had_is_told_with_the_field_that_names_it() {
        assertThatThrownBy(() -> folder("https").add(FIELD, URL))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith(FIELD + ": The file cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/values.yaml, addresses that begin with s3: are not read by this version",
        "gs://bucket/values.yaml, addresses that begin with gs: are not allowed",
        "HTTP://h/v, addresses that begin with http: are not allowed",
        "file:///etc/passwd, addresses that begin with file: are not allowed",
    })
    void a_scheme_that_is_not_for_value_files_is_named(String address, String words) {
        assertThatThrownBy(() -> folder("https", "s3").add(FIELD, address))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(words);
        assertThat(remotes.asked()).isEmpty();
    }

    private RemoteFolder folder(String... schemes) {
        var files = new MemoryFolder();
        var request =
                new RenderRequest(
                        Source.read("spec.source", Map.of("repoURL", "https://h/r", "path", ".")),
                        "0".repeat(40),
                        files,
                        files,
                        new Build("web", "default", "", "", List.of()),
                        Access.NONE,
                        FetchDemand.ANY);
        return new RemoteFolder(remotes.remotes().of(request), Set.of(schemes));
    }
}
