package io.tiphys.core.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/// Namespaces by a glob or, between slashes, by a regular expression that is found anywhere in
/// their names.
public sealed interface NamespaceRule {

    record ByGlob(Glob glob) implements NamespaceRule {}

    record ByExpression(Pattern pattern) implements NamespaceRule {}

    /// @param field it stands in, for messages
    /// @throws InvalidSpecException if it is neither
    static NamespaceRule read(String field, String text) {
        if (text.length() < 2 || !text.startsWith("/") || !text.endsWith("/")) {
            return new ByGlob(new Glob(field, text));
        }
        try {
            return new ByExpression(Pattern.compile(text.substring(1, text.length() - 1)));
        } catch (PatternSyntaxException malformed) {
            throw new InvalidSpecException(
                    "%s: '%s' is no regular expression: %s"
                            .formatted(field, text, malformed.getMessage()));
        }
    }

    /// Those of a list between commas, without spaces around them.
    static List<NamespaceRule> list(String field, String text) {
        var rules = new ArrayList<NamespaceRule>();
        for (var part : text.split(",", -1)) {
            if (!part.isBlank()) {
                rules.add(read(field, part.strip()));
            }
        }
        return List.copyOf(rules);
    }

    default boolean matches(String namespace) {
        return switch (this) {
            case ByGlob(var glob) -> glob.matches(namespace);
            case ByExpression(var pattern) -> pattern.matcher(namespace).find();
        };
    }

    static boolean anyMatches(List<NamespaceRule> rules, String namespace) {
        return rules.stream().anyMatch(it -> it.matches(namespace));
    }
}
