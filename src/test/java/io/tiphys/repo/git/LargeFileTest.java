package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeFileTest {

    private static final String DIGITS = "a".repeat(64);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version https://git-lfs.github.com/spec/v2\noid sha256:%s\nsize 5\n",
                "version https://git-lfs.github.com/spec/v1\noid md5:%s\nsize 5\n",
                "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize -5\n",
                "version https://git-lfs.github.com/spec/v1\n"
                        + "oid sha256:%s\n"
                        + "size 99999999999999999999\n",
                "version https://git-lfs.github.com/spec/v1\noid sha256:%s0\nsize 5\n",
                "version https://git-lfs.github.com/spec/v1\noid sha256:../%s\nsize 5\n",
                "version https://git-lfs.github.com/spec/v1\nsize 5\noid sha256:%s\n",
                " version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 5\n",
            })
    void what_is_no_pointer_stands_for_itself(String form) {
        assertThat(LargeFile.pointedTo(form.formatted(DIGITS).getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12000",
                "version https://git-lfs.github.com/spec/v1\n"
                        + "ext-0-x sha256:0\n"
                        + "oid sha256:%s\n"
                        + "size 12000\n",
                "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12000\nx-more y\n",
            })
    void a_pointer_may_be_written_in_other_ways(String form) {
        assertThat(LargeFile.pointedTo(form.formatted(DIGITS).getBytes(UTF_8)))
                .contains(new LargeFile("sha256:" + DIGITS, 12_000));
    }
}
