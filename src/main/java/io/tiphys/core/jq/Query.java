package io.tiphys.core.jq;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A part of an expression.
sealed interface Query {

    /// `.`
    record Identity() implements Query {}

    record Literal(@Nullable Object value) implements Query {}

    /// A string with expressions in it.
    record Text(List<Query> parts) implements Query {}

    /// `.key`, `.["key"]`, `.[0]`
    record Index(Query of, Query key) implements Query {}

    /// `.[]`
    record Each(Query of) implements Query {}

    /// `…?` and `try … catch …`
    record Try(Query body, Optional<Query> handler) implements Query {}

    record Pipe(Query first, Query then) implements Query {}

    record Comma(Query first, Query then) implements Query {}

    /// `//`
    record Alternative(Query first, Query otherwise) implements Query {}

    record And(Query left, Query right) implements Query {}

    record Or(Query left, Query right) implements Query {}

    /// @param operator such as `+` or `<=`
    record Binary(String operator, Query left, Query right) implements Query {}

    record Negation(Query of) implements Query {}

    record If(Query condition, Query then, Query otherwise) implements Query {}

    /// `source as $name | body`
    record Binding(Query source, String name, Query body) implements Query {}

    record Variable(String name) implements Query {}

    /// `[…]`
    record Collection(Optional<Query> items) implements Query {}

    /// `{…}`
    record Construction(List<Entry> entries) implements Query {}

    record Entry(Query key, Query value) {}

    record Call(String function, List<Query> arguments) implements Query {}
}
