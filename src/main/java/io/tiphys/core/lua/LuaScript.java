package io.tiphys.core.lua;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.compiler.LuaC;

/// A script that was read, to be run on many resources and by many threads: runs share nothing.
///
/// A run may take a million steps, 16 MiB of texts and tables, and calls nested 150 deep.
public final class LuaScript {

    /// The name by which the interpreter tells of lines.
    private static final String NAME = "line";

    private final Prototype code;

    private LuaScript(Prototype code) {
        this.code = code;
    }

    /// @throws LuaFailure if it is no Lua
    public static LuaScript read(String text) {
        var globals = new Globals();
        LuaC.install(globals);
        try {
            return new LuaScript(globals.load(text, NAME).checkclosure().p);
        } catch (LuaError malformed) {
            throw LuaFailure.of(String.valueOf(malformed.getMessage()));
        } catch (StackOverflowError tooDeep) {
            throw new LuaFailure("is nested too deep");
        }
    }

    /// Runs it from its beginning.
    ///
    /// @param inputs trees of JSON, by the names of the global variables that hold them
    /// @param now for `os.time` and `os.date`
    /// @return what it returns first, as a tree of JSON
    /// @throws LuaFailure if it fails, takes too much or returns what is no data
    public @Nullable Object run(Map<String, ?> inputs, Instant now) {
        var budget = new LuaBudget();
        var globals = LuaLibraries.globals(budget, now);
        inputs.forEach((name, tree) -> globals.set(name, LuaValues.of(tree)));
        try {
            return LuaValues.tree(
                    LuaLibraries.withMethods(
                            globals, () -> new LuaClosure(code, globals).invoke().arg1()));
        } catch (LuaError failed) {
            throw LuaFailure.of(String.valueOf(failed.getMessage()));
        } catch (LuaBudget.Spent spent) {
            throw new LuaFailure(String.valueOf(spent.getMessage()));
        } catch (StackOverflowError tooDeep) {
            throw new LuaFailure("calls itself without end");
        }
    }
}
