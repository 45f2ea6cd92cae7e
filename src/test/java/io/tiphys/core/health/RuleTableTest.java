package io.tiphys.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class RuleTableTest {

    private static final String OBJECT =
            """
            metadata:
              generation: 3
              labels: {a.b/c: "yes"}
            spec: {replicas: 3, paused: false, suspend: true, none: [], size: "3"}
            status:
              phase: Waiting for Godot
              ready: 2
              parts: [{count: 1}, {count: 2}]
              pods: {a: up, b: down}
              of: 3/3
              from: "2026-01-01T00:00:00Z"
              to: "2026-01-02T00:00:00Z"
              conditions:
                - {type: Ready, status: "False", reason: Broken, severity: Error, observedGeneration: 2}
                - {type: example.com/Fine, status: "True"}
              parents: [{conditions: []}, {conditions: [{type: Accepted, status: Unknown}]}]
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "always; true",
                "Ready; true",
                "Ready=False; true",
                "Ready=True|False; true",
                "Ready=True; false",
                "not Ready=True; true",
                "Ready:Broken; true",
                "Ready=False:Other|Broken; true",
                "Ready=False:Other; false",
                "Ready=False[Error]; true",
                "Ready=False[Warning]; false",
                "example.com/Fine=True; true",
                "Accepted; false",
                "Accepted=Unknown @ status.parents[].conditions; true",
                "Accepted=True @ status.parents[].conditions; false",
                "status; true",
                "has spec.none; true",
                "has status.gone; false",
                "status.gone; false",
                "not status.gone; true",
                "spec.none; false",
                "spec.paused; false",
                "spec.suspend; true",
                "status.phase=Running|Waiting for Godot; true",
                "status.phase=Waiting*; true",
                "status.phase=Godot*; false",
                "status.phase!=Running; true",
                "spec.replicas=3; true",
                "spec.paused=false; true",
                "status.pods[]=down; true",
                "status.pods[]=gone; false",
                "metadata.labels[a.b/c]=yes; true",
                "spec.size=spec.replicas; true",
                "spec.replicas=metadata.generation; true",
                "spec.replicas!=status.ready; true",
                "status.ready<spec.replicas; true",
                "status.parts[].count<spec.replicas; false",
                "status.gone<spec.replicas; true",
                "status.ready>1; true",
                "status.ready>2; false",
                "all of status.of; true",
                "all of status.phase; false",
                "status.from before status.to; true",
                "status.to before status.from; false"
            })
    void a_check_asks_the_resource(String check, boolean holds) {
        assertThat(Check.of(check).holds(object(), 0)).isEqualTo(holds);
    }

    @Test
    void a_condition_of_an_older_generation_does_not_count_where_conditions_tell() {
        assertThat(Check.of("Ready=False").holds(object(), 3)).isFalse();
        assertThat(Check.of("Ready=False").holds(object(), 2)).isTrue();
        assertThat(Check.of("example.com/Fine").holds(object(), 3))
                .as("it does not tell of which generation it is")
                .isTrue();
    }

    @Test
    void the_first_rule_that_holds_decides_with_its_message_or_the_conditions() {
        var table =
                table(
                        """
                        - group: example.com
                          kinds: [Widget]
                          source: https://example.com
                          rules:
                            - Suspended: spec.paused
                            - Degraded: Ready=False && status.ready<spec.replicas
                              message: "{status.ready} of {spec.replicas}: {reason}, {status.gone}$1"
                            - Degraded: Ready=False
                        """);

        assertThat(assess(table))
                .contains(new Health(Health.Status.DEGRADED, "2 of 3: Broken, $1"));
    }

    @Test
    void a_condition_without_a_message_speaks_by_its_reason() {
        var table =
                table(
                        """
                        - {group: example.com, kinds: [Widget], source: "https://example.com",
                           rules: [{Degraded: Ready=False}]}
                        """);

        assertThat(assess(table)).contains(new Health(Health.Status.DEGRADED, "Broken"));
    }

    @Test
    void what_no_rule_decides_is_waited_for() {
        var table =
                table(
                        """
                        - {group: example.com, kinds: [Widget], source: "https://example.com",
                           rules: [{Healthy: Ready=True}], otherwise: "Waiting for {status.phase}"}
                        """);

        assertThat(assess(table))
                .contains(new Health(Health.Status.PROGRESSING, "Waiting for Waiting for Godot"));
    }

    @Test
    void a_kinds_own_rule_comes_before_wildcards_and_of_these_the_first() {
        var table =
                table(
                        """
                        - {group: "*.example.com", kinds: ["*Template"], source: "https://a", rules: [{Healthy: always}]}
                        - {group: "*.example.com", kinds: ["*"], source: "https://b", rules: [{Healthy: always}]}
                        - {group: a.example.com, kinds: [Widget], source: "https://c", rules: [{Healthy: always}]}
                        """);

        assertThat(source(table, "a.example.com", "Widget")).isEqualTo("https://c");
        assertThat(source(table, "a.example.com", "WidgetTemplate")).isEqualTo("https://a");
        assertThat(source(table, "b.example.com", "Widget")).isEqualTo("https://b");
        assertThat(table.find("example.org", "Widget")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "rules: [{Fine: always}]; a.yaml, example.com/Widget: Fine is no verdict",
                "rules: [{Healthy: Ready is True}]; 'Ready is True' is nothing that a rule can ask",
                "rules: [{Healthy: status.a..b}]; 'status.a..b' is no path of fields",
                "rules: [{Healthy: status.a>many}]; many",
                "rules: [{Healthy: always, Degraded: always}]; a rule is one verdict",
                "rules: []; needs a source and rules",
                "observed: never, rules: [{Healthy: always}]; observed: status or conditions"
            })
    void a_rule_that_cannot_be_read_is_named(String rule, String problem) {
        var text =
                "- {group: example.com, kinds: [Widget], source: 'https://example.com', "
                        + rule
                        + "}";

        assertThatThrownBy(() -> table(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("a.yaml, example.com/Widget");
    }

    @Test
    void two_rules_for_a_kind_are_refused() {
        var rule = "- {group: a.b, kinds: [C], source: 'https://a', rules: [{Healthy: always}]}\n";

        assertThatThrownBy(() -> table(rule + rule)).hasMessageContaining("a.b/C: has two rules");
    }

    private static RuleTable table(String text) {
        return RuleTable.of(Map.of("a.yaml", text));
    }

    private static Optional<Health> assess(RuleTable table) {
        return table.find("example.com", "Widget").map(rule -> rule.assess(object()));
    }

    private static String source(RuleTable table, String group, String kind) {
        return table.find(group, kind).orElseThrow().source();
    }

    private static Map<String, Object> object() {
        return Json.object(new Load(LoadSettings.builder().build()).loadFromString(OBJECT));
    }
}
