package io.tiphys.core.jq;

import io.tiphys.core.jq.Evaluation.Bound;
import io.tiphys.core.jq.Evaluation.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// jq's own functions, as far as they are of use in a path: those that name places first, then
/// those by which places are chosen.
final class JqFunctions {

    private static final Set<String> KNOWN =
            Arrays.stream(
                            """
                            empty/0 error/0 error/1 not/0 select/1 recurse/0 recurse/1 recurse/2
                            first/0 first/1 last/0 last/1 limit/2 getpath/1 paths/0 paths/1 path/1
                            values/0 nulls/0 booleans/0 numbers/0 strings/0 arrays/0 objects/0
                            iterables/0 scalars/0 map/1 has/1 in/1 contains/1 inside/1 IN/1
                            startswith/1 endswith/1 ltrimstr/1 rtrimstr/1 test/1 test/2 split/1
                            join/1 ascii_downcase/0 ascii_upcase/0 tostring/0 tonumber/0 length/0
                            keys/0 keys_unsorted/0 to_entries/0 type/0 any/0 any/1 any/2 all/0
                            all/1 all/2 index/1 add/0 min/0 max/0 unique/0 sort/0 reverse/0
                            flatten/0 range/1 range/2 floor/0 tojson/0
                            """
                                    .strip()
                                    .split("\\s+"))
                    .collect(Collectors.toUnmodifiableSet());

    private final Evaluation run;
    private final JqCalculations calculations;
    private final List<Query> arguments;
    private final Item input;
    private final Map<String, Bound> bound;
    private final List<Item> found;

    JqFunctions(
            Evaluation run,
            List<Query> arguments,
            Item input,
            Map<String, Bound> bound,
            List<Item> found) {
        this.run = run;
        this.calculations = new JqCalculations(run);
        this.arguments = arguments;
        this.input = input;
        this.bound = bound;
        this.found = found;
    }

    static boolean exists(String name, int arguments) {
        return KNOWN.contains(name + "/" + arguments);
    }

    void call(String function) {
        var value = input.value();
        switch (function) {
            case "empty" -> {}
            case "error" ->
                    throw new JqFailure(
                            JqValues.text(arguments.isEmpty() ? value : argument().getFirst()));
            case "select" -> {
                for (var it : argument()) {
                    keep(JqValues.isTrue(it));
                }
            }
            case "recurse" -> recurse();
            case "first" -> ends(true);
            case "last" -> ends(false);
            case "limit" -> limit();
            case "getpath" -> getpath();
            case "values" -> keep(value != null);
            case "nulls" -> keep(value == null);
            case "booleans" -> keep(value instanceof Boolean);
            case "numbers" -> keep(value instanceof Number);
            case "strings" -> keep(value instanceof String);
            case "arrays" -> keep(value instanceof List);
            case "objects" -> keep(value instanceof Map);
            case "iterables" -> keep(value instanceof List || value instanceof Map);
            case "scalars" -> keep(!(value instanceof List || value instanceof Map));
            case "paths" -> paths();
            case "path" -> {
                var places = new ArrayList<Item>();
                run.run(arguments.getFirst(), Item.root(value), bound, places);
                places.forEach(it -> give(it.path()));
            }
            case "range" -> range();
            case "test" -> {
                var flags =
                        arguments.size() > 1
                                ? run.values(arguments.get(1), input, bound)
                                : List.of();
                boolean anyCase = flags.stream().anyMatch(it -> JqValues.text(it).contains("i"));
                for (var expression : argument()) {
                    give(calculations.test(value, expression, anyCase));
                }
            }
            case "any", "all" -> give(quantified(function.equals("any")));
            case "IN" -> give(argument().stream().anyMatch(it -> JqValues.equal(value, it)));
            case "map" -> {
                var mapped = new ArrayList<@Nullable Object>();
                for (var it : run.children(input.bare())) {
                    mapped.addAll(run.values(arguments.getFirst(), it, bound));
                }
                give(mapped);
            }
            default -> {
                if (arguments.isEmpty()) {
                    give(calculations.of(function, value));
                } else {
                    for (var argument : argument()) {
                        give(calculations.of(function, value, argument));
                    }
                }
            }
        }
    }

    private void give(@Nullable Object value) {
        run.count(JqValues.size(value));
        run.give(value, input, found);
    }

    private void keep(boolean kept) {
        if (kept) {
            found.add(input);
        }
    }

    private List<@Nullable Object> argument() {
        return run.values(arguments.getFirst(), input, bound);
    }

    private void recurse() {
        var open = new ArrayDeque<Item>();
        open.push(input);
        while (!open.isEmpty()) {
            var item = open.pop();
            run.count(1);
            found.add(item);
            var next = new ArrayList<Item>();
            if (!arguments.isEmpty()) {
                run.run(arguments.getFirst(), item, bound, next);
                if (arguments.size() > 1) {
                    next.removeIf(it -> !isTrue(arguments.get(1), it));
                }
            } else if (item.value() instanceof Map || item.value() instanceof List) {
                next.addAll(run.children(item));
            }
            next.reversed().forEach(open::push);
        }
    }

    private boolean isTrue(Query condition, Item of) {
        return run.values(condition, of, bound).stream().anyMatch(JqValues::isTrue);
    }

    private void ends(boolean first) {
        if (arguments.isEmpty()) {
            found.add(Evaluation.index(input, first ? 0 : -1));
            return;
        }
        var all = new ArrayList<Item>();
        firstOnes(all, first ? 1 : Integer.MAX_VALUE);
        if (!all.isEmpty()) {
            found.add(first ? all.getFirst() : all.getLast());
        }
    }

    /// What comes after those that are asked for does not count, not even a failure.
    private void firstOnes(List<Item> into, int count) {
        try {
            run.run(arguments.getLast(), input, bound, into);
        } catch (JqFailure failure) {
            if (failure.isExcessive() || into.size() < count) {
                throw failure;
            }
        }
    }

    private void limit() {
        for (var count : argument()) {
            int wanted = (int) JqCalculations.number(count).doubleValue();
            var all = new ArrayList<Item>();
            if (wanted > 0) {
                firstOnes(all, wanted);
            }
            found.addAll(all.subList(0, Math.min(all.size(), Math.max(0, wanted))));
        }
    }

    private void getpath() {
        for (var path : argument()) {
            var item = input;
            for (var key : JqCalculations.list(path)) {
                item = Evaluation.index(item, key);
            }
            found.add(item);
        }
    }

    private void paths() {
        var all = new ArrayList<Item>();
        var everywhere = new JqFunctions(run, List.of(), Item.root(input.value()), bound, all);
        everywhere.recurse();
        for (var it : all.subList(1, all.size())) {
            if (arguments.isEmpty() || isTrue(arguments.getFirst(), it)) {
                give(it.path());
            }
        }
    }

    private void range() {
        for (var end : run.values(arguments.getLast(), input, bound)) {
            for (var start : arguments.size() == 1 ? Collections.singletonList(0.0) : argument()) {
                for (double i = JqCalculations.number(start).doubleValue();
                        i < JqCalculations.number(end).doubleValue();
                        i++) {
                    give(i);
                }
            }
        }
    }

    private boolean quantified(boolean any) {
        var values =
                arguments.size() == 2
                        ? run.values(arguments.getFirst(), input, bound)
                        : run.children(input.bare()).stream().map(Item::value).toList();
        return any ? values.stream().anyMatch(this::holds) : values.stream().allMatch(this::holds);
    }

    private boolean holds(@Nullable Object value) {
        return arguments.isEmpty()
                ? JqValues.isTrue(value)
                : isTrue(arguments.getLast(), Item.of(value));
    }
}
