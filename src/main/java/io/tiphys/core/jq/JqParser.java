package io.tiphys.core.jq;

import io.tiphys.core.jq.JqLexer.Kind;
import io.tiphys.core.jq.JqLexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads expressions, by jq's precedence.
final class JqParser {

    private static final int MAX_DEPTH = 100;

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private static final Set<String> LEFT_OUT =
            Set.of("def", "reduce", "foreach", "label", "import", "include", "__loc__");

    private static final Query IDENTITY = new Query.Identity();

    private final List<Token> tokens;
    private final Set<String> variables = new HashSet<>();
    private int at;
    private int depth;

    private JqParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Query parse(String text) {
        return parse(JqLexer.tokens(text), Set.of(), 0);
    }

    private static Query parse(List<Token> tokens, Set<String> variables, int depth) {
        var parser = new JqParser(tokens);
        parser.variables.addAll(variables);
        parser.depth = depth;
        var query = parser.pipe();
        parser.expect(Kind.END, "");
        return query;
    }

    private Query pipe() {
        if (++depth > MAX_DEPTH) {
            throw new JqFailure("it is nested too deeply");
        }
        try {
            var first = comma();
            if (takeWord("as")) {
                return binding(first);
            }
            return take("|") ? new Query.Pipe(first, pipe()) : first;
        } finally {
            depth--;
        }
    }

    private Query binding(Query source) {
        var name = next();
        if (name.kind() != Kind.VARIABLE) {
            throw unexpected(name);
        }
        boolean fresh = variables.add(name.text());
        expect(Kind.SYMBOL, "|");
        var body = pipe();
        if (fresh) {
            variables.remove(name.text());
        }
        return new Query.Binding(source, name.text(), body);
    }

    private Query comma() {
        var query = alternative();
        while (take(",")) {
            query = new Query.Comma(query, alternative());
        }
        return query;
    }

    private Query alternative() {
        var first = or();
        return take("//") ? new Query.Alternative(first, alternative()) : first;
    }

    private Query or() {
        var query = and();
        while (takeWord("or")) {
            query = new Query.Or(query, and());
        }
        return query;
    }

    private Query and() {
        var query = comparison();
        while (takeWord("and")) {
            query = new Query.And(query, comparison());
        }
        return query;
    }

    private Query comparison() {
        var left = sum();
        if (peek().kind() == Kind.SYMBOL && COMPARISONS.contains(peek().text())) {
            return new Query.Binary(next().text(), left, sum());
        }
        return left;
    }

    private Query sum() {
        var query = product();
        while (isSymbol("+") || isSymbol("-")) {
            query = new Query.Binary(next().text(), query, product());
        }
        return query;
    }

    private Query product() {
        var query = postfix();
        while (isSymbol("*") || isSymbol("/") || isSymbol("%")) {
            query = new Query.Binary(next().text(), query, postfix());
        }
        return query;
    }

    private Query postfix() {
        if (take("-")) {
            return new Query.Negation(postfix());
        }
        var query = term();
        int length = 0;
        while (true) {
            if (++length > 10 * MAX_DEPTH) {
                throw new JqFailure("it is too long");
            }
            if (take("?")) {
                query = new Query.Try(query, Optional.empty());
            } else if (peek().kind() == Kind.FIELD) {
                query = new Query.Index(query, new Query.Literal(next().text()));
            } else if (isSymbol(".") && follows(Kind.STRING)) {
                next();
                query = new Query.Index(query, string(next()));
            } else if (isSymbol("[") || (isSymbol(".") && follows("["))) {
                take(".");
                query = bracket(query);
            } else {
                return query;
            }
        }
    }

    private Query bracket(Query of) {
        expect(Kind.SYMBOL, "[");
        if (take("]")) {
            return new Query.Each(of);
        }
        if (isSymbol(":")) {
            throw new JqFailure("slices such as [1:3] are not supported");
        }
        var key = pipe();
        if (isSymbol(":")) {
            throw new JqFailure("slices such as [1:3] are not supported");
        }
        expect(Kind.SYMBOL, "]");
        return new Query.Index(of, key);
    }

    private Query term() {
        var token = next();
        return switch (token.kind()) {
            case FIELD -> new Query.Index(IDENTITY, new Query.Literal(token.text()));
            case NUMBER -> new Query.Literal(JqValues.number(token.text()));
            case STRING -> string(token);
            case VARIABLE -> {
                if (!variables.contains(token.text())) {
                    throw new JqFailure("$%s is not defined".formatted(token.text()));
                }
                yield new Query.Variable(token.text());
            }
            case WORD -> word(token);
            case SYMBOL -> symbol(token);
            case END -> throw unexpected(token);
        };
    }

    private Query symbol(Token token) {
        return switch (token.text()) {
            case "." ->
                    peek().kind() == Kind.STRING
                            ? new Query.Index(IDENTITY, string(next()))
                            : IDENTITY;
            case ".." -> new Query.Call("recurse", List.of());
            case "(" -> {
                var inner = pipe();
                expect(Kind.SYMBOL, ")");
                yield inner;
            }
            case "[" -> {
                if (take("]")) {
                    yield new Query.Collection(Optional.empty());
                }
                var items = pipe();
                expect(Kind.SYMBOL, "]");
                yield new Query.Collection(Optional.of(items));
            }
            case "{" -> construction();
            default -> throw unexpected(token);
        };
    }

    private Query word(Token token) {
        var name = token.text();
        if (LEFT_OUT.contains(name)) {
            throw new JqFailure("'%s' is not supported".formatted(name));
        }
        return switch (name) {
            case "null" -> new Query.Literal(null);
            case "true" -> new Query.Literal(true);
            case "false" -> new Query.Literal(false);
            case "if" -> condition();
            case "try" -> {
                var body = postfix();
                yield new Query.Try(
                        body, takeWord("catch") ? Optional.of(postfix()) : Optional.empty());
            }
            case "then", "elif", "else", "end", "as", "and", "or", "catch" ->
                    throw unexpected(token);
            default -> call(name);
        };
    }

    private Query call(String name) {
        var arguments = new ArrayList<Query>();
        if (take("(")) {
            do {
                arguments.add(pipe());
            } while (take(";"));
            expect(Kind.SYMBOL, ")");
        }
        if (!JqFunctions.exists(name, arguments.size())) {
            throw new JqFailure("%s/%d is not defined".formatted(name, arguments.size()));
        }
        return new Query.Call(name, List.copyOf(arguments));
    }

    private Query condition() {
        var condition = pipe();
        expect(Kind.WORD, "then");
        var then = pipe();
        Query otherwise = IDENTITY;
        if (takeWord("elif")) {
            return new Query.If(condition, then, condition());
        }
        if (takeWord("else")) {
            otherwise = pipe();
        }
        expect(Kind.WORD, "end");
        return new Query.If(condition, then, otherwise);
    }

    private Query construction() {
        var entries = new ArrayList<Query.Entry>();
        if (take("}")) {
            return new Query.Construction(List.of());
        }
        do {
            entries.add(entry());
        } while (take(","));
        expect(Kind.SYMBOL, "}");
        return new Query.Construction(List.copyOf(entries));
    }

    private Query.Entry entry() {
        var token = next();
        var key =
                switch (token.kind()) {
                    case WORD -> new Query.Literal(token.text());
                    case STRING -> string(token);
                    case VARIABLE -> new Query.Literal(token.text());
                    case SYMBOL -> {
                        if (!token.text().equals("(")) {
                            throw unexpected(token);
                        }
                        var inner = pipe();
                        expect(Kind.SYMBOL, ")");
                        yield inner;
                    }
                    case FIELD, NUMBER, END -> throw unexpected(token);
                };
        if (take(":")) {
            return new Query.Entry(key, alternative());
        }
        return new Query.Entry(
                key,
                token.kind() == Kind.VARIABLE
                        ? new Query.Variable(token.text())
                        : new Query.Index(IDENTITY, key));
    }

    private Query string(Token token) {
        if (token.parts().isEmpty()) {
            return new Query.Literal(token.text());
        }
        if (depth > MAX_DEPTH) {
            throw new JqFailure("it is nested too deeply");
        }
        var parts = new ArrayList<Query>();
        for (var part : token.parts()) {
            parts.add(
                    part.query()
                            ? parse(JqLexer.tokens(part.text()), variables, depth + 1)
                            : new Query.Literal(part.text()));
        }
        return new Query.Text(List.copyOf(parts));
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        var token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    private boolean follows(Kind kind) {
        return at + 1 < tokens.size() && tokens.get(at + 1).kind() == kind;
    }

    private boolean follows(String symbol) {
        return follows(Kind.SYMBOL) && tokens.get(at + 1).text().equals(symbol);
    }

    private boolean isSymbol(String text) {
        return peek().kind() == Kind.SYMBOL && peek().text().equals(text);
    }

    private boolean take(String symbol) {
        boolean found = isSymbol(symbol);
        if (found) {
            at++;
        }
        return found;
    }

    private boolean takeWord(String word) {
        boolean found = peek().kind() == Kind.WORD && peek().text().equals(word);
        if (found) {
            at++;
        }
        return found;
    }

    private void expect(Kind kind, String text) {
        var token = next();
        if (token.kind() != kind || !token.text().equals(text)) {
            throw unexpected(token);
        }
    }

    private static JqFailure unexpected(Token token) {
        return new JqFailure(
                token.kind() == Kind.END
                        ? "it ends too early"
                        : "'%s' is not expected at character %d"
                                .formatted(token.text(), token.position() + 1));
    }
}
