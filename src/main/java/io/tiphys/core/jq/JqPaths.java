package io.tiphys.core.jq;

import io.tiphys.core.jq.Evaluation.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An expression of jq that names places in a tree, as `del(…)` takes it.
public final class JqPaths {

    private static final int MAX_LENGTH = 10_000;

    private final String text;
    private final Query query;

    private JqPaths(String text, Query query) {
        this.text = text;
        this.query = query;
    }

    /// @throws JqFailure if it cannot be read
    public static JqPaths read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new JqFailure("it is longer than %d characters".formatted(MAX_LENGTH));
        }
        try {
            return new JqPaths(text, JqParser.parse(text));
        } catch (StackOverflowError deep) {
            throw new JqFailure("it is nested too deeply");
        }
    }

    /// The places, each as keys (strings) and indices (integers) from the root. One that is not
    /// there may be among them.
    ///
    /// @throws JqFailure if it does not fit the tree or takes more than it may
    public List<List<Object>> of(Map<String, Object> tree) {
        var found = new ArrayList<Item>();
        try {
            new Evaluation().run(query, Item.root(tree), Map.of(), found);
        } catch (StackOverflowError deep) {
            throw JqFailure.excess("it recurses too deeply");
        }
        return found.stream().map(Item::path).toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JqPaths that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
