package io.tiphys.core.lua;

/// A script cannot be read, fails, or takes more than it may. The message is for its author, and
/// names the line where one is known.
public final class LuaFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    LuaFailure(String message) {
        super(message);
    }

    /// In the words of the interpreter, which begin with the line.
    static LuaFailure of(String words) {
        return new LuaFailure(
                words.strip()
                        .replaceFirst(
                                "^\\[string \"line\"]:(\\d+):? *|^line:(\\d+):? *", "line $1$2: "));
    }
}
