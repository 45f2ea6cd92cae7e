/// Lua as users write it in `argocd-cm`, run so that it can do no harm: what a script returns, or
/// why it does not. [io.tiphys.core.lua.LuaScript] is the front door.
///
/// The language is that of luaj (Lua 5.2) with what scripts for Lua 5.1 use of older names. Neither
/// clock nor chance: the time is an input, and a script that loops is stopped by a count and not by
/// a timer, so that it always ends alike.
@NullMarked
package io.tiphys.core.lua;

import org.jspecify.annotations.NullMarked;
