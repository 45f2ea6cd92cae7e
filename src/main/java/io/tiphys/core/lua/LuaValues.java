package io.tiphys.core.lua;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/// Trees of JSON to Lua's values and back. Lists become tables from 1 on, nulls are left out.
final class LuaValues {

    /// Deeper than any resource is; what lies below is left out.
    private static final int DEEPEST = 100;

    private LuaValues() {}

    static LuaValue of(@Nullable Object tree) {
        return of(tree, DEEPEST);
    }

    private static LuaValue of(@Nullable Object tree, int depth) {
        if (depth == 0) {
            return LuaValue.NIL;
        }
        return switch (tree) {
            case Map<?, ?> map -> {
                var table = new LuaTable();
                map.forEach(
                        (key, value) -> table.rawset(String.valueOf(key), of(value, depth - 1)));
                yield table;
            }
            case List<?> list -> {
                var table = new LuaTable(list.size(), 0);
                for (int i = 0; i < list.size(); i++) {
                    table.rawset(i + 1, of(list.get(i), depth - 1));
                }
                yield table;
            }
            case String text -> LuaValue.valueOf(text);
            case Boolean flag -> LuaValue.valueOf(flag);
            case Integer number -> LuaValue.valueOf(number);
            case Number number -> LuaValue.valueOf(number.doubleValue());
            case null, default -> LuaValue.NIL;
        };
    }

    /// A table with nothing but entries from 1 on is a list, an empty one an object.
    ///
    /// @throws LuaFailure if it is no data, or nested too deep
    static @Nullable Object tree(LuaValue value) {
        return tree(value, DEEPEST);
    }

    private static @Nullable Object tree(LuaValue value, int depth) {
        if (depth == 0) {
            throw new LuaFailure("returns a table that holds itself, or is nested too deep");
        }
        return switch (value) {
            case LuaTable table -> tree(table, depth);
            case LuaString text -> text.tojstring();
            case LuaInteger number -> number.tolong();
            case LuaDouble number -> number.todouble();
            default ->
                    switch (value.type()) {
                        case LuaValue.TNIL -> null;
                        case LuaValue.TBOOLEAN -> value.toboolean();
                        default -> throw new LuaFailure("returns a " + value.typename());
                    };
        };
    }

    private static Object tree(LuaTable table, int depth) {
        int length = table.rawlen();
        List<@Nullable Object> list = new ArrayList<>();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        var entry = table.next(LuaValue.NIL);
        while (!entry.arg1().isnil()) {
            var child = tree(entry.arg(2), depth - 1);
            list.add(child);
            map.put(entry.arg1().tojstring(), child);
            entry = table.next(entry.arg1());
        }
        return length > 0 && length == list.size() ? list : map;
    }

    /// The bytes of a text as characters of their own, as Lua sees them.
    static String bytes(LuaString text) {
        return new String(text.m_bytes, text.m_offset, text.m_length, StandardCharsets.ISO_8859_1);
    }

    static LuaString ofBytes(String text) {
        return LuaString.valueOf(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
