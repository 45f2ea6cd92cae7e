package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.support.Accesses;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.Access;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.ChartHost;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteFilesTest {

    private static final String FIELD = "spec.source.helm.valueFiles";
    private static final String PATH = "/charts/values.yaml";

    private final ChartHost host = ChartHost.start();
    private final RemoteFiles files = new RemoteFiles(Settings.of("value-file", "1K"));

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void a_file_is_sent_again_only_if_it_changed() {
        host.file(PATH, "a: 1".getBytes(UTF_8));
        assertThat(read(FetchDemand.ANY)).isEqualTo("a: 1");
        assertThat(read(FetchDemand.ANY)).isEqualTo("a: 1");
        assertThat(host.asked()).extracting("status").containsExactly(200);

        assertThat(read(FetchDemand.NEWEST)).isEqualTo("a: 1");
        assertThat(host.asked()).extracting("status").containsExactly(304);

        host.file(PATH, "a: 2".getBytes(UTF_8));
        assertThat(read(FetchDemand.NEWEST)).isEqualTo("a: 2");
    }

    @Test
    void another_content_has_another_digest() {
        host.file(PATH, "a: 1".getBytes(UTF_8));
        var first = file(url(), FetchDemand.ANY).digest();
        assertThat(file(url(), FetchDemand.NEWEST).digest()).isEqualTo(first);

        host.file(PATH, "a: 2".getBytes(UTF_8));
        assertThat(file(url(), FetchDemand.NEWEST).digest()).isNotEqualTo(first);
    }

    @Test
    void a_push_to_git_says_nothing_of_it() {
        host.file(PATH, "a: 1".getBytes(UTF_8));
        read(FetchDemand.ANY);
        host.asked();

        read(FetchDemand.including("git.example/app", "e1", "0".repeat(40)));

        assertThat(host.asked()).isEmpty();
    }

    @Test
    void a_file_that_is_too_large_is_refused() {
        host.file(PATH, new byte[1025]);

        assertThatThrownBy(() -> read(FetchDemand.ANY))
                .hasMessageEndingWith(
                        "/values.yaml cannot be read: the file is larger than 1024 bytes");
    }

    @Test
    void credentials_in_an_address_are_shown_to_its_host_and_told_to_nobody() {
        try (var elsewhere = ChartHost.start()) {
            var basic = "Basic " + Base64.getEncoder().encodeToString("ada:can@ry".getBytes(UTF_8));
            host.want(basic);
            host.redirect(PATH, elsewhere.url() + "/values.yaml");
            elsewhere.file(PATH, "a: 1".getBytes(UTF_8));
            var address = url().replace("http://", "http://ada:can%40ry@") + "?token=canary";

            assertThat(new String(file(address, FetchDemand.ANY).content(), UTF_8))
                    .isEqualTo("a: 1");
            assertThat(host.asked()).extracting("authorization").containsExactly(basic);
            assertThat(elsewhere.asked()).extracting("authorization").containsExactly("");

            host.want("other");
            assertThatThrownBy(() -> file(address, FetchDemand.NEWEST))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageStartingWith(FIELD + ": " + url() + " cannot be read: ")
                    .hasMessageNotContaining("canary")
                    .hasMessageNotContaining("can@ry");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/values.yaml, addresses that begin with s3: are not read by this version",
        "gs://bucket/values.yaml, addresses that begin with gs: are not allowed",
        "HTTP://h/v, addresses that begin with http: are not allowed",
        "file:///etc/passwd, addresses that begin with file: are not allowed",
    })
    void a_scheme_that_is_not_for_value_files_is_named(String address, String words) {
        var access = Accesses.withFileSchemes(Set.of("https", "s3"));

        assertThatThrownBy(() -> files.read(FIELD, address, access, FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https:canary", "https://ada:can ary@h/v", "http:///canary"})
    void what_is_no_address_is_not_repeated(String address) {
        assertThatThrownBy(() -> file(address, FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(FIELD + ": one of the addresses is no URL");
    }

    private String read(FetchDemand demand) {
        return new String(file(url(), demand).content(), UTF_8);
    }

    private RemoteFiles.File file(String address, FetchDemand demand) {
        return files.read(FIELD, address, Access.NONE, demand);
    }

    private String url() {
        return host.url() + "/values.yaml";
    }
}
