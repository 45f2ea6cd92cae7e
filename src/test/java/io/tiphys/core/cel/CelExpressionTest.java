package io.tiphys.core.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CelExpressionTest {

    private static final Map<String, Object> OBJECT = object();

    private static Map<String, Object> object() {
        var object = new HashMap<String, Object>();
        object.put("int", 5);
        object.put("long", 5_000_000_000L);
        object.put("big", new BigInteger("99999999999999999999"));
        object.put("decimal", new BigDecimal("1.5"));
        object.put("nothing", null);
        object.put("text", "x".repeat(100_000));
        object.put("flag", true);
        object.put("list", List.of(Map.of("type", "Ready", "status", "True")));
        object.put("many", new ArrayList<>(java.util.Collections.nCopies(1_000, "a")));
        return object;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "obj.int == 5",
                "obj.int > 4.5",
                "obj.long == 5000000000",
                "obj.big > 9.0e19",
                "obj.decimal == 1.5",
                "obj.nothing == null",
                "obj.flag",
                "has(obj.text) && !has(obj.absent)",
                "obj.?absent.?deeper.orValue('none') == 'none'",
                "obj.list.exists(c, c.type == 'Ready' && c.status == 'True')",
                "obj.list.all(c, 'type' in c)",
                "obj.list.map(c, c.type) == ['Ready']",
                "size(obj.many) == 1000",
                "obj.many.map(it, it + 'b').size() == 1000",
                "'%s'.matches('^%s$')",
                "'a,b'.split(',')[1].upperAscii() == 'B'"
            })
    void what_is_true_holds(String condition) {
        assertThat(CelExpression.condition(condition).holds(OBJECT)).isTrue();
        assertThat(CelExpression.condition("!(" + condition + ")").holds(OBJECT)).isFalse();
    }

    @Test
    void a_text_is_put_together() {
        assertThat(CelExpression.text("'of ' + string(obj.int) + ' things'").textOf(OBJECT))
                .isEqualTo("of 5 things");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 +", "other == 1", "'text'", "1", "", "obj.list.map(it)", "f(obj)"})
    void what_is_no_condition_is_refused_when_it_is_read(String text) {
        assertThatThrownBy(() -> CelExpression.condition(text)).isInstanceOf(CelFailure.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {150, 9_000})
    void what_is_nested_too_deep_is_refused(int depth) {
        var text = "(".repeat(depth) + "true" + ")".repeat(depth);

        assertThatThrownBy(() -> CelExpression.condition(text)).isInstanceOf(CelFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "obj.absent == 1",
                "obj.int",
                "obj.text > 1",
                "1 / (obj.int - 5) == 1",
                "obj.list[7] == 1",
                "obj.text.matches('(')"
            })
    void what_fails_says_so(String condition) {
        var expression = CelExpression.condition(condition);

        assertThatThrownBy(() -> expression.holds(OBJECT)).isInstanceOf(CelFailure.class);
    }

    @Test
    void a_text_that_is_none_is_told_of() {
        assertThatThrownBy(() -> CelExpression.text("obj.int").textOf(OBJECT))
                .isInstanceOf(CelFailure.class)
                .hasMessage("does not come to a text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "obj.many.all(a, obj.many.all(b, obj.many.all(c, true)))",
                "obj.many.all(a, obj.many.map(b, b + a).size() > 0)"
            })
    void what_takes_too_many_steps_is_stopped(String condition) {
        var expression = CelExpression.condition(condition);

        assertThatThrownBy(() -> expression.holds(OBJECT)).isInstanceOf(CelFailure.class);
    }

    @Test
    void what_makes_too_much_is_stopped_before_the_memory_is_full() {
        var expression = CelExpression.condition("obj.many.map(it, obj.text + it).size() > 0");

        assertThatThrownBy(() -> expression.holds(OBJECT))
                .isInstanceOf(CelFailure.class)
                .hasMessageContaining("more than 4,000,000");
    }
}
