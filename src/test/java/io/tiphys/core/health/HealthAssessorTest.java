package io.tiphys.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class HealthAssessorTest {

    private static final Path CASES = Path.of("src/test/resources/golden/health");

    private static final RuleTable TABLE = Tables.all();

    private static final HealthAssessor ASSESSOR =
            new HealthAssessor(UserRules.none(), TABLE, false);

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        return cases().stream()
                .map(
                        file ->
                                DynamicTest.dynamicTest(
                                        CASES.relativize(file).toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        var expected = yaml(file);

        var health = assess(ASSESSOR, Json.object(expected, "object"));

        assertThat(health.map(known -> known.status().wire()).orElse("none"))
                .isEqualTo(Json.string(expected, "status"));
        assertThat(health.map(Health::message).orElse(""))
                .isEqualTo(Json.string(expected, "message"));
    }

    @Test
    void every_rule_decides_a_case() throws IOException {
        var undecided = new ArrayList<>(TABLE.rules());
        for (var file : cases()) {
            var key = LiveResource.of(Json.object(yaml(file), "object")).key();
            TABLE.find(key.group(), key.kind()).ifPresent(undecided::remove);
        }

        assertThat(undecided).extracting(HealthRule::source).isEmpty();
    }

    @Test
    void the_kinds_of_the_ecosystem_have_rules() {
        assertThat(TABLE.kinds().count()).isGreaterThan(500);
    }

    @Test
    void no_resource_makes_it_throw() throws IOException {
        var random = new Random(1);
        var users = UserRules.of(Map.of("resource.customizations.health.Pod", "return obj.status"));
        var assessors =
                List.of(
                        new HealthAssessor(UserRules.none(), TABLE, true),
                        new HealthAssessor(users, TABLE, true));
        for (var file : cases()) {
            var object = Json.object(yaml(file), "object");
            for (int i = 0; i < 20; i++) {
                var broken = Json.object(broken(object, random));
                var whole = new LinkedHashMap<>(broken);
                whole.put("apiVersion", object.get("apiVersion"));
                whole.put("kind", object.get("kind"));
                for (var assessor : assessors) {
                    assertThat(assess(assessor, whole)).isNotNull();
                }
            }
        }
    }

    /// The same tree with some values of other types than they should be.
    private static Object broken(Object tree, Random random) {
        if (random.nextInt(8) == 0) {
            return switch (random.nextInt(7)) {
                case 0 -> "text";
                case 1 -> -1.5e300;
                case 2 -> Boolean.TRUE;
                case 3 -> new ArrayList<>(List.of("a", 1, new HashMap<>()));
                case 4 -> new HashMap<>(Map.of("type", 1, "status", List.of()));
                case 5 -> Long.MIN_VALUE;
                default -> new ArrayList<>(Collections.singletonList(null));
            };
        }
        return switch (tree) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach(
                        (key, value) ->
                                copy.put(key, value == null ? null : broken(value, random)));
                yield copy;
            }
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(value -> copy.add(value == null ? null : broken(value, random)));
                yield copy;
            }
            default -> tree;
        };
    }

    @Test
    void a_message_of_a_megabyte_is_shortened() {
        var pod =
                Map.<String, Object>of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "status",
                        Map.of("phase", "Failed", "message", "x".repeat(1 << 20)));

        assertThat(assess(ASSESSOR, pod).orElseThrow().message()).hasSize(2_048).endsWith("x…");
    }

    @Test
    void a_tree_of_a_thousand_levels_is_assessed_by_a_script() {
        Map<String, Object> deep = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            deep = new HashMap<>(Map.of("below", deep));
        }
        var users =
                UserRules.of(
                        Map.of(
                                "resource.customizations.health.Pod",
                                "return {status = 'Healthy'}"));

        assertThat(
                        assess(
                                new HealthAssessor(users, TABLE, false),
                                Map.of("apiVersion", "v1", "kind", "Pod", "status", deep)))
                .contains(Health.of(Health.Status.HEALTHY));
    }

    @Test
    void the_users_rule_comes_before_the_tables_and_the_built_in_one() {
        var users =
                UserRules.of(
                        Map.of(
                                "resource.customizations.health.cert-manager.io_Certificate",
                                "return {status = 'Suspended', message = 'mine'}",
                                "resource.customizations.health.Pod",
                                "return {status = 'Suspended', message = 'mine'}"));
        var assessor = new HealthAssessor(users, TABLE, false);
        var mine = new Health(Health.Status.SUSPENDED, "mine");

        assertThat(assess(assessor, plain("cert-manager.io/v1", "Certificate"))).contains(mine);
        assertThat(assess(assessor, plain("v1", "Pod"))).contains(mine);
        assertThat(assess(assessor, plain("cert-manager.io/v1", "Issuer")).orElseThrow().status())
                .isEqualTo(Health.Status.PROGRESSING);
    }

    @Test
    void a_kind_without_a_rule_is_judged_by_common_conditions_only_if_that_is_wanted() {
        var stalled =
                Json.with(
                        plain("example.com/v1", "Widget"),
                        List.of(Map.of("type", "Stalled", "status", "True", "message", "why")),
                        "status",
                        "conditions");

        assertThat(assess(ASSESSOR, stalled)).isEmpty();
        assertThat(assess(new HealthAssessor(UserRules.none(), TABLE, true), stalled))
                .contains(new Health(Health.Status.DEGRADED, "why"));
    }

    @Test
    void an_application_is_as_healthy_as_its_worst_resource() {
        var order = Health.Status.values();

        assertThat(order)
                .extracting(Health.Status::wire)
                .containsExactly(
                        "Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown");
        for (int i = 1; i < order.length; i++) {
            var better = Health.of(order[i - 1]);
            var worse = Health.of(order[i]);
            assertThat(Health.worst(better, worse)).isEqualTo(worse);
            assertThat(Health.worst(worse, better)).isEqualTo(worse);
        }
    }

    private static Map<String, Object> plain(String apiVersion, String kind) {
        return Map.of("apiVersion", apiVersion, "kind", kind);
    }

    private static Optional<Health> assess(HealthAssessor assessor, Map<String, Object> object) {
        return assessor.assess(LiveResource.of(object), Instant.EPOCH);
    }

    private static List<Path> cases() throws IOException {
        try (var files = Files.walk(CASES)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return Json.object(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }
}
