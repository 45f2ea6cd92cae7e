package io.tiphys.core.jq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of an expression over one tree. Every part that is looked at counts, and all text that
/// is made, so that it ends.
final class Evaluation {

    /// An expression that looks at every place of the largest of definitions takes a tenth.
    private static final int MAX_STEPS = 2_000_000;

    private long steps;

    /// What a variable is bound to.
    record Bound(@Nullable Object value) {}

    /// A value, and where it is if that is asked for.
    ///
    /// @param place null where only the value counts
    record Item(@Nullable Object value, @Nullable Place place) {

        static Item root(@Nullable Object value) {
            return new Item(value, new Place(null, ""));
        }

        static Item of(@Nullable Object value) {
            return new Item(value, null);
        }

        /// The value alone.
        Item bare() {
            return place == null ? this : of(value);
        }

        Item below(@Nullable Object child, Object key) {
            return new Item(child, place == null ? null : new Place(place, key));
        }

        List<Object> path() {
            var path = new ArrayList<Object>();
            for (var at = place; at != null && at.parent() != null; at = at.parent()) {
                path.add(at.key());
            }
            return List.copyOf(path.reversed());
        }
    }

    record Place(@Nullable Place parent, Object key) {}

    /// @param found what the expression gives, in order; what came before a failure stays
    void run(Query query, Item input, Map<String, Bound> bound, List<Item> found) {
        count(1);
        switch (query) {
            case Query.Identity() -> found.add(input);
            case Query.Index(var of, var key) -> {
                for (var name : values(key, input, bound)) {
                    for (var it : items(of, input, bound)) {
                        found.add(index(it, name));
                    }
                }
            }
            case Query.Each(var of) ->
                    items(of, input, bound).forEach(it -> found.addAll(children(it)));
            case Query.Try(var body, var handler) -> {
                try {
                    run(body, input, bound, found);
                } catch (JqFailure failure) {
                    if (failure.isExcessive()) {
                        throw failure;
                    }
                    if (handler.isPresent()) {
                        run(handler.get(), Item.of(failure.getMessage()), bound, found);
                    }
                }
            }
            case Query.Pipe(var first, var then) -> {
                for (var it : items(first, input, bound)) {
                    run(then, it, bound, found);
                }
            }
            case Query.Comma(var first, var then) -> {
                run(first, input, bound, found);
                run(then, input, bound, found);
            }
            case Query.Alternative(var first, var otherwise) -> {
                var some = trueOnes(first, input, bound);
                if (some.isEmpty()) {
                    run(otherwise, input, bound, found);
                } else {
                    found.addAll(some);
                }
            }
            case Query.If(var condition, var then, var otherwise) -> {
                for (var it : values(condition, input, bound)) {
                    run(JqValues.isTrue(it) ? then : otherwise, input, bound, found);
                }
            }
            case Query.Binding(var source, var name, var body) -> {
                for (var it : values(source, input, bound)) {
                    var more = new LinkedHashMap<>(bound);
                    more.put(name, new Bound(it));
                    run(body, input, more, found);
                }
            }
            case Query.Call(var function, var arguments) ->
                    new JqFunctions(this, arguments, input, bound, found).call(function);
            case Query.Literal(var value) -> give(value, input, found);
            case Query.Variable(var name) -> {
                var value = bound.get(name);
                give(value == null ? null : value.value(), input, found);
            }
            case Query.And(var left, var right) -> logic(left, right, false, input, bound, found);
            case Query.Or(var left, var right) -> logic(left, right, true, input, bound, found);
            case Query.Binary(var operator, var left, var right) -> {
                for (var second : values(right, input, bound)) {
                    for (var first : values(left, input, bound)) {
                        var value = JqValues.calculate(operator, first, second);
                        count(JqValues.size(value));
                        give(value, input, found);
                    }
                }
            }
            case Query.Negation(var of) -> {
                for (var it : values(of, input, bound)) {
                    give(JqValues.calculate("-", JqValues.number("0"), it), input, found);
                }
            }
            case Query.Collection(var items) -> {
                var list = new ArrayList<@Nullable Object>();
                items.ifPresent(it -> list.addAll(values(it, input, bound)));
                give(list, input, found);
            }
            case Query.Construction(var entries) ->
                    construct(entries, 0, Map.of(), input, bound, found);
            case Query.Text(var parts) -> text(parts, 0, "", input, bound, found);
        }
    }

    private List<Item> items(Query query, Item input, Map<String, Bound> bound) {
        var found = new ArrayList<Item>();
        run(query, input, bound, found);
        return found;
    }

    /// What it gives as values, wherever they are.
    List<@Nullable Object> values(Query query, Item input, Map<String, Bound> bound) {
        var values = new ArrayList<@Nullable Object>();
        items(query, input.bare(), bound).forEach(it -> values.add(it.value()));
        return values;
    }

    private List<Item> trueOnes(Query query, Item input, Map<String, Bound> bound) {
        var found = new ArrayList<Item>();
        try {
            run(query, input, bound, found);
        } catch (JqFailure failure) {
            if (failure.isExcessive()) {
                throw failure;
            }
        }
        found.removeIf(it -> !JqValues.isTrue(it.value()));
        return found;
    }

    private void logic(
            Query left,
            Query right,
            boolean decisive,
            Item input,
            Map<String, Bound> bound,
            List<Item> found) {
        for (var first : values(left, input, bound)) {
            if (JqValues.isTrue(first) == decisive) {
                give(decisive, input, found);
            } else {
                for (var second : values(right, input, bound)) {
                    give(JqValues.isTrue(second), input, found);
                }
            }
        }
    }

    private void construct(
            List<Query.Entry> entries,
            int at,
            Map<String, @Nullable Object> made,
            Item input,
            Map<String, Bound> bound,
            List<Item> found) {
        if (at == entries.size()) {
            give(made, input, found);
            return;
        }
        for (var key : values(entries.get(at).key(), input, bound)) {
            if (!(key instanceof String name)) {
                throw new JqFailure("Object keys must be strings");
            }
            for (var value : values(entries.get(at).value(), input, bound)) {
                count(1 + made.size());
                var more = new LinkedHashMap<String, @Nullable Object>(made);
                more.put(name, value);
                construct(entries, at + 1, more, input, bound, found);
            }
        }
    }

    private void text(
            List<Query> parts,
            int at,
            String made,
            Item input,
            Map<String, Bound> bound,
            List<Item> found) {
        if (at == parts.size()) {
            give(made, input, found);
            return;
        }
        for (var part : values(parts.get(at), input, bound)) {
            var longer = made + JqValues.text(part);
            count(longer.length());
            text(parts, at + 1, longer, input, bound, found);
        }
    }

    /// A value that is made and has no place: where places are asked for it is an error.
    void give(@Nullable Object value, Item input, List<Item> found) {
        if (input.place() != null) {
            throw new JqFailure("It names no place, but is a value: " + JqValues.type(value));
        }
        found.add(Item.of(value));
    }

    static Item index(Item item, @Nullable Object key) {
        var value = item.value();
        if (key instanceof String name && (value == null || value instanceof Map<?, ?>)) {
            return item.below(value instanceof Map<?, ?> map ? map.get(name) : null, name);
        }
        if (key instanceof Number number && (value == null || value instanceof List<?>)) {
            List<?> list = value instanceof List<?> items ? items : List.of();
            int index = (int) Math.floor(number.doubleValue());
            int place = index < 0 ? index + list.size() : index;
            return item.below(place >= 0 && place < list.size() ? list.get(place) : null, place);
        }
        throw new JqFailure(
                "Cannot index %s with %s".formatted(JqValues.type(value), JqValues.type(key)));
    }

    /// @throws JqFailure if it is neither an object nor an array
    List<Item> children(Item item) {
        var children = new ArrayList<Item>();
        switch (item.value()) {
            case Map<?, ?> map ->
                    map.forEach((key, value) -> children.add(item.below(value, key.toString())));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    children.add(item.below(list.get(i), i));
                }
            }
            case null, default ->
                    throw new JqFailure("Cannot iterate over " + JqValues.type(item.value()));
        }
        count(children.size());
        return children;
    }

    void count(long more) {
        steps += Math.max(1, more);
        if (steps > MAX_STEPS) {
            throw JqFailure.excess("it takes more than %d steps".formatted(MAX_STEPS));
        }
    }
}
