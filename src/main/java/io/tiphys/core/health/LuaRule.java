package io.tiphys.core.health;

import io.tiphys.core.lua.LuaFailure;
import io.tiphys.core.lua.LuaScript;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A script that gets the resource as `obj` and returns a table with `status` and `message`.
final class LuaRule implements UserRule {

    private final String key;
    private final String text;
    private final @Nullable LuaScript script;
    private final String problem;

    /// @param key where it stands, for messages
    LuaRule(String key, String text) {
        this.key = key;
        this.text = text;
        LuaScript read = null;
        var problem = "";
        try {
            read = LuaScript.read(text);
        } catch (LuaFailure malformed) {
            problem = String.valueOf(malformed.getMessage());
        }
        this.script = read;
        this.problem = problem;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public Optional<Health> assess(Map<String, Object> object, Instant now) {
        if (script == null) {
            return Optional.of(UserRule.unknown(key, "cannot be read: " + problem));
        }
        try {
            return health(script.run(Map.of("obj", object), now));
        } catch (LuaFailure failure) {
            return Optional.of(UserRule.unknown(key, "failed: " + failure.getMessage()));
        }
    }

    private Optional<Health> health(@Nullable Object returned) {
        return switch (returned) {
            case null -> Optional.empty();
            case List<?> _ -> Optional.empty();
            case Map<?, ?> table when table.isEmpty() -> Optional.empty();
            case Map<?, ?> table -> {
                var message = table.get("message");
                yield Health.Status.ofWire(Json.string(table, "status"))
                        .map(it -> new Health(it, message == null ? "" : Fields.written(message)))
                        .or(
                                () ->
                                        Optional.of(
                                                new Health(
                                                        Health.Status.UNKNOWN,
                                                        "Lua returned an invalid health status")));
            }
            default -> Optional.of(UserRule.unknown(key, "returned no table, but " + returned));
        };
    }
}
