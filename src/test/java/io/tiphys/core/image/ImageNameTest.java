package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.support.HostileText;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {

    private static final String SHA256 = "sha256:" + "0a".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx",
        "nginx:1.26, docker.io/library/nginx:1.26",
        "library/nginx, docker.io/library/nginx",
        "team/app, docker.io/team/app",
        "team/group/app:v1, docker.io/team/group/app:v1",
        "docker.io/nginx, docker.io/library/nginx",
        "docker.io/team/app, docker.io/team/app",
        "index.docker.io/nginx:1, docker.io/library/nginx:1",
        "index.docker.io/library/nginx:1, docker.io/library/nginx:1",
        "registry-1.docker.io/team/app, docker.io/team/app",
        "Docker.IO/nginx, docker.io/library/nginx",
        "ghcr.io/team/app:1.0, ghcr.io/team/app:1.0",
        "ghcr.io/app, ghcr.io/app",
        "localhost/app, localhost/app",
        "localhost:5000/app:1, localhost:5000/app:1",
        "localhost:5000, docker.io/library/localhost:5000",
        "registry:5000/team/app, registry:5000/team/app",
        "registry/app, docker.io/registry/app",
        "Registry/app, Registry/app",
        "10.0.0.1:5000/a/b/c:x, 10.0.0.1:5000/a/b/c:x",
        "[::1]:5000/app:1, [::1]:5000/app:1",
        "a.b/c__d/e-f.g_h--i:_T.a-g, a.b/c__d/e-f.g_h--i:_T.a-g",
        "nginx:latest, docker.io/library/nginx:latest",
    })
    void a_name_is_spelled_out(String text, String spelledOut) {
        assertThat(ImageName.parse(text)).hasToString(spelledOut);
        assertThat(ImageName.parse(spelledOut)).isEqualTo(ImageName.parse(text));
    }

    @Test
    void tag_and_digest_are_told_apart_from_a_port() {
        var image = ImageName.parse("registry.example.com:5000/team/app:1.2@" + SHA256);

        assertThat(image.registry()).isEqualTo("registry.example.com:5000");
        assertThat(image.repository()).isEqualTo("team/app");
        assertThat(image.tag()).contains("1.2");
        assertThat(image.digest()).contains(SHA256);
        assertThat(ImageName.parse("registry:5000/app@" + SHA256).tag()).isEmpty();
    }

    @Test
    void spellings_of_one_repository_have_one_canonical_form() {
        assertThat(ImageName.parse("nginx:1").canonicalRepository())
                .isEqualTo("docker.io/library/nginx");
        assertThat(ImageName.parse("index.docker.io/nginx").canonicalRepository())
                .isEqualTo("docker.io/library/nginx");
        assertThat(ImageName.parse("Registry.Example.COM:5000/app:A").canonicalRepository())
                .isEqualTo("registry.example.com:5000/app");
    }

    @ParameterizedTest
    @CsvSource({
        "'', it is empty",
        "Nginx, its repository must be in lower case",
        "team/App:1, its repository must be in lower case",
        "docker.io/, its repository is malformed",
        "ghcr.io/, its repository is malformed",
        "/nginx, its repository is malformed",
        "ghcr.io//nginx, its repository is malformed",
        "a/b/, its repository is malformed",
        "a..b/c:1, its registry is not a host name with an optional port",
        "nginx., its repository is malformed",
        "a___b, its repository is malformed",
        "-a, its repository is malformed",
        "' nginx', its repository is malformed",
        "'nginx:1 ', its tag is malformed",
        "nginx:, its tag is malformed",
        "nginx:.1, its tag is malformed",
        "nginx:-1, its tag is malformed",
        "nginx:1+2, its tag is malformed",
        "nginx:1:2, its tag is malformed",
        "nginx@, 'its digest is not one of sha256, sha384 or sha512'",
        "nginx@sha256:abc, 'its digest is not one of sha256, sha384 or sha512'",
        "nginx@md5:d41d8cd98f00b204e9800998ecf8427e,"
                + " 'its digest is not one of sha256, sha384 or sha512'",
        "host:port/app, its registry is not a host name with an optional port",
        "-host.io/app, its registry is not a host name with an optional port",
        "https://host.io/app, its registry is not a host name with an optional port",
        "{{ .Values.image }}, its repository must be in lower case",
        "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a, it is the id of an"
                + " image",
    })
    void what_no_runtime_accepts_is_refused_with_a_reason(String text, String reason) {
        assertThatThrownBy(() -> ImageName.parse(text))
                .isInstanceOf(InvalidImageNameException.class)
                .hasMessage("'" + text + "' is not an image name: " + reason);
    }

    @Test
    void lengths_have_an_end() {
        var longest = "a".repeat(255 - "library/".length());

        assertThat(ImageName.parse(longest + ":" + "t".repeat(128)).tag()).isPresent();
        assertThatThrownBy(() -> ImageName.parse(longest + "a"))
                .hasMessageContaining("more than 255");
        assertThatThrownBy(() -> ImageName.parse("a:" + "t".repeat(129)))
                .hasMessageContaining("its tag is malformed");
        assertThatThrownBy(() -> ImageName.parse("a/".repeat(1_000)))
                .hasMessage("it has more than 1000 characters");
    }

    @Test
    void hostile_text_is_parsed_or_refused_and_nothing_else() {
        var random = new Random(42);
        var parsed = 0;
        for (var i = 0; i < 50_000; i++) {
            var text = HostileText.from("ab1A//::@@..__--[] sha256:localhost", 14, random);
            var image = parseOrRefuse(text);
            if (image.isPresent()) {
                parsed++;
                assertThat(parseOrRefuse(image.get().toString())).isEqualTo(image);
            }
        }
        assertThat(parsed).isPositive();
    }

    private static Optional<ImageName> parseOrRefuse(String text) {
        try {
            return Optional.of(ImageName.parse(text));
        } catch (InvalidImageNameException refused) {
            assertThat(refused).hasMessageContaining("is not an image name: ");
            return Optional.empty();
        }
    }
}
