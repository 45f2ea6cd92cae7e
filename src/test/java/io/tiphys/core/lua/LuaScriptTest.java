package io.tiphys.core.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LuaScriptTest {

    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    private static final Map<String, Object> OBJECT =
            Map.of(
                    "metadata",
                    Map.of("name", "web", "generation", 7L),
                    "spec",
                    Map.of("ratio", 0.5, "big", 12_345_678_901L, "on", true, "empty", Map.of()),
                    "status",
                    Map.of(
                            "conditions",
                            List.of(
                                    Map.of("type", "Ready", "status", "True"),
                                    Map.of("type", "Synced", "status", "False"))));

    /// Each expression gives the text.
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "obj.metadata.name => web",
                "obj.metadata.generation + 1 => 8",
                "obj.spec.ratio => 0.5",
                "obj.spec.big => 12345678901",
                "6 / 2 => 3",
                "7 / 2 => 3.5",
                "tostring(obj.spec.on) => true",
                "tostring(obj.spec.gone) => nil",
                "type(obj.spec.empty) => table",
                "tostring(next(obj.spec.empty)) => nil",
                "#obj.status.conditions => 2",
                "table.getn(obj.status.conditions) => 2",
                "obj.status.conditions[2].type => Synced",
                "table.concat({'a', 1, 'c'}, '-') => a-1-c",
                "select('#', unpack({1, 2, 3})) => 3",
                "tostring(tonumber('x')) => nil",
                "tonumber('0x10') + tonumber('7', 8) => 23",
                "('Web'):upper() .. ('Web'):lower() => WEBweb",
                "string.format('%d of %s: %.2f %5s|%-4d|%x %%', 3, 'x', 1.005, 'r', 7, 255) => 3 of"
                        + " x: 1.00     r|7   |ff %",
                "string.format('%s %q', obj.spec.on, 'a\"b') => true \"a\\\"b\"",
                "('a,b;c'):gsub('[,;]', ' ') => a b c",
                "(('hello world'):gsub('o', {o = '0'})) => hell0 w0rld",
                "(('abc'):gsub('%w', function(c) return c .. c end)) => aabbcc",
                "(('abc'):gsub('', '-')) => -a-b-c-",
                "(('k = v'):gsub('(%w+) = (%w+)', '%2 = %1')) => v = k",
                "string.match('ERROR, no', '^ERROR, (.*)$') => no",
                "string.match('2026-01-02T03', '(%d+)-(%d+)') => 2026",
                "string.find('a.b', '.', 1, true) => 2",
                "string.find('a.b', 'b$') => 3",
                "tostring(string.find('abc', 'x')) => nil",
                "string.match('  trim  ', '^%s*(.-)%s*$') => trim",
                "string.match('[x]', '%[(.)%]') => x",
                "string.match('a-b', '[%w-]+') => a-b",
                "string.match('key=', '(%w+)=(%w*)') => key",
                "string.find('abc', '()c') => 3",
                "string.sub('hello', -3, -2) => ll",
                "string.rep('ab', 3, '.') => ab.ab.ab",
                "string.byte('A') .. string.char(66) => 65B",
                "string.len('grün') => 5",
                "string.reverse('abc') => cba",
                "math.floor(2.7) + math.max(1, 3) => 5",
                "os.time() => 1772600767",
                "os.time({year = 2026, month = '01', day = 2, hour = 0}) => 1767312000",
                "os.date('%Y-%m-%d %H:%M:%S') => 2026-03-04 05:06:07",
                "os.date('!%F', 0) => 1970-01-01",
                "os.date('*t').year => 2026",
                "require('os').time() => 1772600767",
                "tostring(pcall(error, 'x')) => false",
                "select(2, pcall(error, 'x')) => x",
                "(function() local n = 0 for w in ('a b c'):gmatch('%a') do n = n + 1 end return n"
                        + " end)() => 3",
                "(function() local t = {3, 1, 2} table.sort(t) return table.concat(t) end)() =>"
                        + " 123",
                "(function() local t = {1} table.insert(t, 2) table.insert(t, 1, 0) table.remove(t)"
                        + " return table.concat(t) end)() => 01"
            })
    void an_expression_gives_what_it_gives_in_lua(String expression, String expected) {
        assertThat(run("local v = " + expression + " return tostring(v)")).isEqualTo(expected);
    }

    @Test
    void what_it_returns_is_a_tree_again() {
        assertThat(
                        run(
                                """
                                return {text = "a", number = 3, fraction = 0.5, flag = false,
                                        list = {1, {a = "b"}}, empty = {}, ["ü"] = "ß"}
                                """))
                .isEqualTo(
                        Map.of(
                                "text",
                                "a",
                                "number",
                                3L,
                                "fraction",
                                0.5,
                                "flag",
                                false,
                                "list",
                                List.of(1L, Map.of("a", "b")),
                                "empty",
                                Map.of(),
                                "ü",
                                "ß"));
        assertThat(run("return nil")).isNull();
        assertThat(run("local x = 1")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io",
                "debug",
                "coroutine",
                "package",
                "load",
                "loadstring",
                "loadfile",
                "dofile",
                "collectgarbage",
                "luajava",
                "os.execute",
                "os.getenv",
                "os.exit",
                "os.remove",
                "string.dump",
                "math.random"
            })
    void what_reads_or_writes_or_makes_code_is_not_there(String name) {
        assertThat(run("return tostring(" + name + ")")).isEqualTo("nil");
    }

    @Test
    void nothing_is_printed_and_no_module_found() {
        assertThat(run("print('x') return 'on'")).isEqualTo("on");
        assertThatThrownBy(() -> run("local x = require('io') return x"))
                .hasMessageContaining("line 1: module 'io' is not offered");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "while true do end => takes more than a million steps",
                "repeat until false => takes more than a million steps",
                "::a:: goto a => takes more than a million steps",
                "while true do pcall(function() while true do end end) end => takes more than"
                        + " a million steps",
                "pcall(function() while true do end end) return 'on' => takes more than a million"
                        + " steps",
                "local s = 'x' while true do s = s .. s end => makes more than 16 MiB",
                "return ('x'):rep(1e9) => makes more than 16 MiB",
                "return ('x'):rep(2^31 - 1, 'y'):len() => makes more than 16 MiB",
                "local s = ('x'):rep(4000000) local t = {} for i = 1, 100 do t[i] = s:upper() end"
                        + " => makes more than 16 MiB",
                "local s = ('x'):rep(4000000) local t = {} for i = 1, 100 do t[i] = s end return"
                        + " table.concat(t) => makes more than 16 MiB",
                "return (('x'):rep(1000):gsub('x', ('y'):rep(20000))) => makes more than 16 MiB",
                "return string.format(('%s'):rep(100), ('x'):rep(1000000)) => makes more than 16"
                        + " MiB|bad argument",
                "local t = {} while true do t[#t + 1] = {} end => makes more than 16 MiB",
                "local s = ('x'):rep(8000000) local n = 0 for i = 1, 1e5 do if s == s .. '' then n"
                        + " = n + 1 end end => makes more than 16 MiB",
                "local a, b = ('x'):rep(5000000), ('x'):rep(5000000) for i = 1, 900000 do local c ="
                        + " a == b end => takes more than a million steps",
                "local t = {} for i = 1, 50000 do table.insert(t, 1, i) end => takes more than"
                        + " a million steps",
                "for i = 1, 1e6 do ('x'):match('x' .. i) end => takes more than a million steps",
                "local function f() return f() + 1 end return f() => calls functions more than 150"
                        + " deep",
                "local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return"
                        + " t[k] end return t.x => calls functions more than 150 deep",
                "return unpack({}, 1, 1e8) => too many results to unpack",
                "return ('x'):rep(2000):byte(1, -1) => more than 1000 results",
                "local t = {} t.t = t return t => a table that holds itself",
                "return print => returns a function",
                "return obj.gone.more => line 1: attempt to index ? (a nil value)",
                "error('told so') => line 1: told so",
                "error({code = 1}) => line 1:",
                "return string.rep() => bad argument",
                "return ('x'):match('[a') => malformed pattern",
                "return ('x'):match('(a') => malformed pattern",
                "return ('x'):match('%') => malformed pattern",
                "return ('x'):match('%b()') => the pattern item '%b' is not offered",
                "return string.format('%y', 1) => invalid option"
            })
    void a_script_that_fails_or_takes_too_much_ends_with_a_reason(String text, String reason) {
        assertThatThrownBy(() -> run(text))
                .isInstanceOf(LuaFailure.class)
                .message()
                .matches(
                        it -> List.of(reason.split("\\|")).stream().anyMatch(it::contains), reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "return { => line 1: unexpected symbol",
                "x = = 1 => line 1: unexpected symbol",
                "return 'open => line 1: unfinished string"
            })
    void a_text_that_is_no_lua_is_refused_with_the_line(String text, String reason) {
        assertThatThrownBy(() -> LuaScript.read(text))
                .isInstanceOf(LuaFailure.class)
                .hasMessageContaining(reason);
    }

    @Test
    void compiled_code_and_endless_nesting_are_no_texts() {
        assertThatThrownBy(() -> LuaScript.read("\u001bLua")).isInstanceOf(LuaFailure.class);
        assertThatThrownBy(() -> LuaScript.read("return " + "(".repeat(100_000)))
                .isInstanceOf(LuaFailure.class);
    }

    @Test
    void a_pattern_that_could_be_tried_in_many_ways_takes_linear_time() {
        assertThat(run("return tostring(('a'):rep(100000):match('.-.-.-.-.-.-.-.-b'))"))
                .isEqualTo("nil");
    }

    @Test
    void a_run_sees_nothing_of_another() {
        var script =
                LuaScript.read(
                        """
                        local before = tostring(leak) .. tostring(string.leak) .. tostring(('').leak)
                        leak, string.leak = 'seen', 'seen'
                        string.upper = function() return 'other' end
                        obj.leak = 'seen'
                        return before .. ('a'):upper() .. tostring(getmetatable(''))
                        """);

        assertThat(script.run(Map.of("obj", OBJECT), NOW)).isEqualTo("nilnilnilotherfalse");
        assertThat(script.run(Map.of("obj", OBJECT), NOW)).isEqualTo("nilnilnilotherfalse");
        assertThat(run("return ('a'):upper()")).isEqualTo("A");
        assertThat(OBJECT).doesNotContainKey("leak");
    }

    @Test
    void a_script_ends_alike_whenever_it_is_run() {
        var script = LuaScript.read("local n = 0 while n < 200000 do n = n + 1 end return n");

        for (int i = 0; i < 5; i++) {
            assertThat(script.run(Map.of(), NOW)).isEqualTo(200_000L);
        }
    }

    private static @Nullable Object run(String text) {
        return LuaScript.read(text).run(Map.of("obj", OBJECT), NOW);
    }
}
