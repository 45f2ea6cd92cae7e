package io.tiphys.core.lua;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.MathLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.VarArgFunction;

/// What a script may call: the base, table, string and math libraries, and the time. Nothing reads
/// or writes anything, makes code of texts, or starts coroutines, which are threads to luaj.
final class LuaLibraries {

    private static final List<String> REFUSED =
            List.of("collectgarbage", "dofile", "load", "loadfile");

    /// The methods of texts, of the run that this thread is in: luaj has one metatable for all.
    private static final ScopedValue<LuaTable> STRINGS = ScopedValue.newInstance();

    static {
        var metatable = new LuaTable();
        metatable.rawset(LuaValue.INDEX, function(args -> STRINGS.get().get(args.arg(2))));
        // No script gets at it: what one changed would be changed for all.
        metatable.rawset(LuaValue.METATABLE, LuaValue.FALSE);
        LuaString.s_metatable = metatable;
    }

    private LuaLibraries() {}

    static Globals globals(LuaBudget budget, Instant now) {
        var globals = new Globals();
        var loaded = new LuaTable();
        var libraries = new LuaTable();
        libraries.set("loaded", loaded);
        globals.set("package", libraries);
        globals.load(new BaseLib());
        globals.load(new TableLib());
        globals.load(new MathLib());
        globals.set("string", LuaStrings.of(budget));
        globals.set("os", LuaTime.of(now));
        globals.set("package", LuaValue.NIL);
        REFUSED.forEach(name -> globals.set(name, LuaValue.NIL));
        globals.set("print", function(_ -> LuaValue.NONE));
        globals.set("tonumber", counted(budget, globals.get("tonumber")));
        globals.set("rawequal", counted(budget, globals.get("rawequal")));
        tables(globals.get("table").checktable(), budget);
        globals.set("unpack", globals.get("table").get("unpack"));
        var math = globals.get("math").checktable();
        math.set("random", LuaValue.NIL);
        math.set("randomseed", LuaValue.NIL);
        globals.set("require", function(args -> required(globals, args.checkjstring(1))));
        globals.debuglib = budget;
        return globals;
    }

    /// Runs with the methods of texts that these globals have, whatever the script does to them.
    static <R> R withMethods(Globals globals, ScopedValue.CallableOp<R, RuntimeException> run) {
        return ScopedValue.where(STRINGS, globals.get("string").checktable()).call(run);
    }

    private static LuaValue required(Globals globals, String name) {
        return switch (name) {
            case "os", "string", "table", "math" -> globals.get(name);
            default -> throw new LuaError("module '" + name + "' is not offered");
        };
    }

    private static void tables(LuaTable table, LuaBudget budget) {
        for (var name : List.of("insert", "remove", "sort")) {
            var library = table.get(name);
            table.set(
                    name,
                    function(
                            args -> {
                                long size = args.checktable(1).rawlen();
                                budget.spendSteps(name.equals("sort") ? size * 32 : size / 8);
                                budget.spendBytes(64);
                                return library.invoke(args);
                            }));
        }
        var unpack = table.get("unpack");
        table.set("unpack", function(args -> unpack.invoke(unpackable(args))));
        table.set("concat", function(args -> concat(args, budget)));
        table.set("getn", function(args -> LuaValue.valueOf(args.checktable(1).rawlen())));
    }

    private static Varargs unpackable(Varargs args) {
        long from = args.optint(2, 1);
        long to = args.optint(3, args.checktable(1).rawlen());
        if (to - from >= LuaStrings.MOST_RESULTS) {
            throw new LuaError("too many results to unpack");
        }
        return args;
    }

    private static LuaValue concat(Varargs args, LuaBudget budget) {
        var table = args.checktable(1);
        var separator = args.isnoneornil(2) ? "" : LuaValues.bytes(args.checkstring(2));
        int from = args.optint(3, 1);
        int to = args.optint(4, table.rawlen());
        var text = new StringBuilder();
        for (int i = from; i <= to; i++) {
            var value = table.get(i);
            if (!value.isstring()) {
                throw new LuaError(
                        "invalid value (%s) at index %d in table for 'concat'"
                                .formatted(value.typename(), i));
            }
            var part = LuaValues.bytes(value.strvalue());
            budget.spendSteps(1);
            budget.spendBytes(part.length() + separator.length());
            text.append(part).append(i < to ? separator : "");
        }
        return LuaValues.ofBytes(text.toString());
    }

    private static VarArgFunction counted(LuaBudget budget, LuaValue function) {
        return function(
                args -> {
                    if (args.arg1() instanceof LuaString text) {
                        budget.spendSteps(text.m_length / 8);
                    }
                    return function.invoke(args);
                });
    }

    /// As `tostring` has it.
    static String text(LuaValue value) {
        return LuaValues.bytes(
                value instanceof LuaString text ? text : LuaString.valueOf(value.tojstring()));
    }

    static VarArgFunction function(Function<Varargs, Varargs> body) {
        return new VarArgFunction() {
            @Override
            public Varargs invoke(Varargs args) {
                return body.apply(args);
            }
        };
    }
}
