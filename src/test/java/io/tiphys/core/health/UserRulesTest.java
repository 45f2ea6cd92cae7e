package io.tiphys.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Health.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserRulesTest {

    private static final String KEY = "resource.customizations.health.example.com_Widget";

    private static final String CEL_KEY = "tiphys.health.cel.example.com_Widget";

    private static final Map<String, Object> WIDGET =
            Map.of(
                    "kind",
                    "Widget",
                    "status",
                    Map.of(
                            "conditions",
                            List.of(Map.of("type", "Ready", "status", "True", "message", "up"))));

    @Test
    void a_script_judges_the_resource_that_it_gets_as_obj() {
        var rules =
                UserRules.of(
                        Map.of(
                                KEY,
                                """
                                hs = {}
                                if obj.status ~= nil and obj.status.conditions ~= nil then
                                  for i, condition in ipairs(obj.status.conditions) do
                                    if condition.type == "Ready" and condition.status == "True" then
                                      hs.status = "Healthy"
                                      hs.message = condition.message
                                      return hs
                                    end
                                  end
                                end
                                hs.status = "Progressing"
                                hs.message = "Waiting for certificate"
                                return hs
                                """));

        assertThat(assess(rules, WIDGET)).contains(new Health(Status.HEALTHY, "up"));
        assertThat(assess(rules, Map.of()))
                .contains(new Health(Status.PROGRESSING, "Waiting for certificate"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "return nil; none; ``",
                "local unused = 1; none; ``",
                "return {}; none; ``",
                "return {'Healthy'}; none; ``",
                "return {status = 'Healthy'}; Healthy; ``",
                "return {status = 'Missing', message = 'm'}; Missing; m",
                "return {status = 'Degraded', message = 3}; Degraded; 3",
                "return {status = 'Fine'}; Unknown; Lua returned an invalid health status",
                "return {status = 'healthy'}; Unknown; Lua returned an invalid health status",
                "return {message = 'm'}; Unknown; Lua returned an invalid health status",
                "return {status = 3}; Unknown; Lua returned an invalid health status",
                "return 'Healthy'; Unknown; The rule KEY returned no table, but Healthy",
                "return 3; Unknown; The rule KEY returned no table, but 3",
                "return {status = print}; Unknown; The rule KEY failed: returns a function",
                "return obj.a.b; Unknown; The rule KEY failed: line 1: attempt to index ? (a nil"
                        + " value)",
                "while true do end; Unknown; The rule KEY failed: takes more than a million steps:"
                        + " does it end?",
                "return {status = = 1}; Unknown; The rule KEY cannot be read: line 1: unexpected"
                        + " symbol 61 (=)"
            })
    void what_a_script_returns_becomes_a_verdict(String script, String status, String message) {
        var health = assess(UserRules.of(Map.of(KEY, script)), WIDGET);

        assertThat(health.map(it -> it.status().wire()).orElse("none")).isEqualTo(status);
        assertThat(health.map(Health::message).orElse("")).isEqualTo(message.replace("KEY", KEY));
    }

    @Test
    void the_older_form_holds_rules_with_wildcards() {
        var rules =
                UserRules.of(
                        Map.of(
                                "resource.customizations",
                                """
                                "*.example.com/*":
                                  health.lua: return {status = "Healthy", message = "short"}
                                "*.b.example.com/*":
                                  health.lua: return {status = "Healthy", message = "longer"}
                                Pod:
                                  health.lua.useOpenLibs: true
                                  health.lua: return {status = "Healthy", message = "pod"}
                                "*/*":
                                  ignoreDifferences: "jsonPointers: [/status]"
                                """));

        assertThat(message(rules, "a.example.com", "Widget")).isEqualTo("short");
        assertThat(message(rules, "a.b.example.com", "Widget")).isEqualTo("longer");
        assertThat(message(rules, "", "Pod")).isEqualTo("pod");
        assertThat(message(rules, "apps", "Deployment")).isEqualTo("none");
        assertThat(rules.problems()).isEmpty();
    }

    @Test
    void a_kinds_own_key_comes_before_the_older_form_and_before_wildcards() {
        var rules =
                UserRules.of(
                        Map.of(
                                "resource.customizations",
                                """
                                example.com/Widget: {health.lua: 'return {status = "Healthy", message = "old"}'}
                                "example.com/*": {health.lua: 'return {status = "Healthy", message = "all"}'}
                                """,
                                KEY,
                                "return {status = 'Healthy', message = 'new'}",
                                "resource.customizations.useOpenLibs.example.com_Widget",
                                "true",
                                "resource.customizations.health.Pod",
                                "return {status = 'Healthy', message = 'pod'}"));

        assertThat(message(rules, "example.com", "Widget")).isEqualTo("new");
        assertThat(message(rules, "example.com", "Gadget")).isEqualTo("all");
        assertThat(message(rules, "", "Pod")).isEqualTo("pod");
    }

    @Test
    void what_cannot_be_read_is_told_and_its_neighbours_are_used() {
        var rules =
                UserRules.of(
                        Map.of(
                                "resource.customizations",
                                "a: [",
                                "resource.customizations.health.a_b_c",
                                "return nil",
                                KEY,
                                "return {status = 'Healthy', message = 'used'}"));

        assertThat(message(rules, "example.com", "Widget")).isEqualTo("used");
        assertThat(rules.problems())
                .satisfiesExactlyInAnyOrder(
                        it -> assertThat(it).startsWith("resource.customizations is no YAML"),
                        it ->
                                assertThat(it)
                                        .isEqualTo(
                                                "resource.customizations.health.a_b_c is not used:"
                                                        + " it must end in <group>_<Kind>"));
    }

    @Test
    void an_empty_text_is_no_rule_and_an_odd_document_none_either() {
        assertThat(UserRules.of(Map.of(KEY, " ")).find("example.com", "Widget")).isEmpty();
        for (var odd : List.of("", "text", "[1, 2]", "a: 1", "a: {health.lua: 3}", "null")) {
            assertThat(UserRules.of(Map.of("resource.customizations", odd)).find("", "a"))
                    .as(odd)
                    .isEmpty();
        }
    }

    @Test
    void rules_differ_for_the_kinds_whose_text_does() {
        var before = UserRules.of(Map.of(KEY, "return nil"));
        var after = UserRules.of(Map.of(KEY, "return {}"));

        assertThat(after.differ(before, "example.com", "Widget")).isTrue();
        assertThat(after.differ(before, "example.com", "Gadget")).isFalse();
        assertThat(before.differ(UserRules.of(Map.of(KEY, "return nil")), "example.com", "Widget"))
                .isFalse();
        assertThat(UserRules.none().differ(before, "example.com", "Widget")).isTrue();
    }

    private static String message(UserRules rules, String group, String kind) {
        return rules.find(group, kind)
                .flatMap(rule -> rule.assess(WIDGET, Instant.EPOCH))
                .map(Health::message)
                .orElse("none");
    }

    @Test
    void of_the_cases_of_a_rule_in_CEL_the_first_that_holds_counts() {
        var rules =
                UserRules.of(
                        Map.of(
                                KEY,
                                "return {status = 'Suspended'}",
                                CEL_KEY,
                                """
                                - status: Degraded
                                  when: obj.?status.?phase.orValue("") == "Failed"
                                  message: '"It failed: " + obj.status.reason'
                                - status: Healthy
                                  when: obj.?status.?conditions.orValue([]).exists(c, c.type == "Ready")
                                - status: Progressing
                                """));

        assertThat(assess(rules, WIDGET)).contains(new Health(Status.HEALTHY, ""));
        assertThat(assess(rules, Map.of())).contains(new Health(Status.PROGRESSING, ""));
        assertThat(assess(rules, Map.of("status", Map.of("phase", "Failed", "reason", "why"))))
                .contains(new Health(Status.DEGRADED, "It failed: why"));
        assertThat(assess(rules, Map.of("status", Map.of("phase", "Failed"))))
                .hasValueSatisfying(
                        it ->
                                assertThat(it.message())
                                        .startsWith("The rule " + CEL_KEY + " failed: case 1: ")
                                        .contains("reason"));
    }

    @Test
    void where_no_case_holds_nothing_is_said() {
        var rules = UserRules.of(Map.of(CEL_KEY, "[{status: Healthy, when: 'false'}]"));

        assertThat(assess(rules, WIDGET)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "text; is no list of cases",
                "[]; is no list of cases",
                "[; is no YAML",
                "[{status: Well}]; case 1 has no status of health",
                "[{status: Healthy}, {when: 'true'}]; case 2 has no status of health",
                "[{status: Healthy, if: 'true'}]; case 1 has a field if",
                "[{status: Healthy}, {status: Healthy, when: '1 +'}]; cannot be read: case 2: ",
                "[{status: Healthy, message: '1'}]; cannot be read: case 1: is not a text",
                "[1]; case 1 has no status of health"
            })
    void a_rule_in_CEL_that_cannot_be_read_makes_its_kind_Unknown(String text, String reason) {
        var rules = UserRules.of(Map.of(CEL_KEY, text));

        assertThat(assess(rules, WIDGET))
                .hasValueSatisfying(
                        it -> {
                            assertThat(it.status()).isEqualTo(Status.UNKNOWN);
                            assertThat(it.message()).contains(CEL_KEY, reason);
                        });
    }

    private static Optional<Health> assess(UserRules rules, Map<String, Object> object) {
        return rules.find("example.com", "Widget").orElseThrow().assess(object, Instant.EPOCH);
    }
}
