package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.Signers;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class SourceIntegrityTest {

    private static final Path CASES = Path.of("src/test/resources/golden/policy");
    private static final SigningKeys KEYS = new SigningKeys(Map.of(), "");

    /// A project's spec and a repository's address; what is demanded of it, or why nothing can be,
    /// or why the project cannot be read; commits and tags with what is known of their signatures,
    /// and what is wrong with them.
    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        try (var files = Files.list(CASES)) {
            return files.sorted().toList().stream()
                    .map(
                            file ->
                                    DynamicTest.dynamicTest(
                                            file.getFileName().toString(), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        var settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
        var given = Json.object(new Load(settings).loadFromString(Files.readString(file)));
        var spec = Json.object(given, "project");
        var invalid = Json.string(given, "invalid");
        if (!invalid.isEmpty()) {
            assertThatThrownBy(() -> Project.read("team", spec))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining(invalid);
            return;
        }

        var demand =
                SourceIntegrity.demanded(
                        Project.read("team", spec), Json.string(given, "url"), KEYS);

        switch (demand) {
            case Demand.Nothing() ->
                    assertThat(given)
                            .containsEntry("demand", "nothing")
                            .doesNotContainKey("signed");
            case Demand.Unmeetable(var reason) -> {
                assertThat(given).containsKey("unmeetable");
                assertThat(reason)
                        .contains(Json.string(given, "unmeetable"))
                        .doesNotContain("canary");
            }
            case Demand.Signatures(var signers, _) -> {
                assertThat(given)
                        .containsEntry("demand", signers.mode().name().toLowerCase(Locale.ROOT));
                checkVerdict(given, signers);
            }
        }
    }

    private static void checkVerdict(Map<String, Object> given, Signers signers) {
        var signed = Json.array(given, "signed").stream().map(SourceIntegrityTest::signed).toList();
        if (signed.isEmpty()) {
            return;
        }

        var verdict = SourceIntegrity.judge(signers, signed);

        assertThat(verdict.problems()).isEqualTo(Json.array(given, "problems"));
        assertThat(verdict.allowed()).isEqualTo(Json.array(given, "problems").isEmpty());
        assertThat(verdict.signature()).contains(Json.string(given, "signature"));
        assertThat(signed.stream().allMatch(it -> SourceIntegrity.isBySigner(signers, it)))
                .isEqualTo(verdict.allowed());
    }

    private static Signed signed(Object given) {
        var good = Json.array(given, "good").stream().map(String::valueOf).toList();
        var bad = Json.string(given, "bad");
        var signature =
                !good.isEmpty()
                        ? new Signature.Good(good)
                        : bad.isEmpty()
                                ? new Signature.None()
                                : new Signature.Bad(Json.string(given, "key"), bad);
        return new Signed(
                Json.string(given, "revision"),
                Json.bool(given, "tag"),
                Json.string(given, "by"),
                signature);
    }

    @Test
    void a_flood_of_problems_is_cut_off_and_still_refused() {
        var signers = new Signers(Signers.Mode.STRICT, List.of(), List.of());
        var unsigned =
                IntStream.range(0, 1_000)
                        .mapToObj(it -> new Signed("c" + it, false, "", new Signature.None()))
                        .toList();

        assertThat(SourceIntegrity.judge(signers, unsigned).problems()).hasSize(10);
    }

    @Test
    void of_two_verdicts_both_must_hold() {
        var signers = new Signers(Signers.Mode.STRICT, List.of("K"), List.of());
        var good = judged(signers, new Signature.Good(List.of("K")));
        var bad = judged(signers, new Signature.None());

        assertThat(good.and(good).allowed()).isTrue();
        assertThat(good.and(bad).allowed()).isFalse();
        assertThat(bad.and(good).allowed()).isFalse();
    }

    private static SourceIntegrity.Verdict judged(Signers signers, Signature signature) {
        return SourceIntegrity.judge(signers, List.of(new Signed("c", false, "", signature)));
    }
}
