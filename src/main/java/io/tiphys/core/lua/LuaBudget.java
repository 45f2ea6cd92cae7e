package io.tiphys.core.lua;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.DebugLib;

/// What one run may take, counted as it goes: the interpreter tells of every call and instruction.
/// Work that one instruction or function does on long texts is counted by their lengths.
final class LuaBudget extends DebugLib {

    private static final int STEPS = 1_000_000;
    private static final int BYTES = 16 << 20;
    private static final int CALLS = 150;

    private static final int TABLE_ENTRY = 64;
    private static final int BYTES_COMPARED_A_STEP = 64;

    private final @Nullable LuaClosure[] functions = new LuaClosure[CALLS + 1];
    private final LuaValue[][] stacks = new LuaValue[CALLS + 1][];
    private int depth;
    private long steps = STEPS;
    private long bytes = BYTES;

    /// Ends a run. No exception, as scripts catch those.
    static final class Spent extends Error {

        private static final long serialVersionUID = 1;

        Spent(String message) {
            super(message, null, false, false);
        }
    }

    /// @throws Spent if there is not as much left
    void spendSteps(long count) {
        steps -= count;
        if (steps < 0) {
            throw new Spent("takes more than a million steps: does it end?");
        }
    }

    /// @throws Spent if there is not as much left
    void spendBytes(long count) {
        bytes -= count;
        if (bytes < 0) {
            throw new Spent("makes more than 16 MiB of texts and tables");
        }
    }

    @Override
    public void onCall(LuaFunction function) {
        enter();
        functions[depth] = null;
    }

    @Override
    public void onCall(LuaClosure function, Varargs arguments, LuaValue[] stack) {
        enter();
        functions[depth] = function;
        stacks[depth] = stack;
    }

    private void enter() {
        if (depth == CALLS) {
            throw new Spent("calls functions more than 150 deep");
        }
        depth++;
    }

    @Override
    public void onReturn() {
        depth--;
    }

    @Override
    public void onInstruction(int pc, Varargs arguments, int top) {
        spendSteps(1);
        var function = functions[depth];
        if (function == null) {
            return;
        }
        int instruction = function.p.code[pc];
        int b = Lua.GETARG_B(instruction);
        int c = Lua.GETARG_C(instruction);
        switch (Lua.GET_OPCODE(instruction)) {
            case Lua.OP_CONCAT -> {
                for (int register = b; register <= c; register++) {
                    spendBytes(length(stacks[depth][register]));
                }
            }
            case Lua.OP_EQ, Lua.OP_LT, Lua.OP_LE -> {
                int compared = Math.min(length(operand(b)), length(operand(c)));
                spendSteps(compared / BYTES_COMPARED_A_STEP);
            }
            case Lua.OP_NEWTABLE ->
                    spendBytes(TABLE_ENTRY + (long) TABLE_ENTRY * (sized(b) + sized(c)));
            case Lua.OP_SETTABLE, Lua.OP_SETTABUP, Lua.OP_CLOSURE -> spendBytes(TABLE_ENTRY);
            case Lua.OP_SETLIST, Lua.OP_VARARG, Lua.OP_CALL, Lua.OP_TAILCALL ->
                    spendSteps(arguments.narg() / BYTES_COMPARED_A_STEP);
            default -> {
                // A step, and no more.
            }
        }
    }

    private LuaValue operand(int register) {
        var function = functions[depth];
        return function != null && Lua.ISK(register)
                ? function.p.k[Lua.INDEXK(register)]
                : stacks[depth][register];
    }

    /// A size as it stands in an instruction: a number of eight bits with an exponent.
    private static int sized(int coded) {
        int exponent = (coded >> 3) & 0x1f;
        return exponent == 0 ? coded : ((coded & 7) + 8) << (exponent - 1);
    }

    private static int length(LuaValue value) {
        return value instanceof LuaString text ? text.m_length : 0;
    }

    @Override
    public String traceback(int level) {
        return "";
    }
}
