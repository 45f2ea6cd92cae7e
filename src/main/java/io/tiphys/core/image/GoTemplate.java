package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.model.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// As much of Go's text templates as people use for messages of commits and names of branches:
/// fields, `range`, `if`, `with`, `else`, `end`, variables of a range, comments and `-` at the
/// edges that takes white space away.
final class GoTemplate {

    private static final int LONGEST = 20_000;
    private static final int LONGEST_OUTPUT = 100_000;
    private static final int DEEPEST = 20;

    private static final Pattern RANGE =
            Pattern.compile("(?:(?:(\\$\\w+)\\s*,\\s*)?(\\$\\w+)\\s*:=\\s*)?(\\S+)");
    private static final Pattern PATH = Pattern.compile("(\\$\\w*)?(\\.|(?:\\.\\w+)+)?");

    private final List<Part> parts;

    private sealed interface Part {

        record Text(String text) implements Part {}

        record Field(String path) implements Part {}

        /// @param kind `range`, `if` or `with`
        record Block(
                String kind,
                String index,
                String variable,
                String path,
                List<Part> then,
                List<Part> otherwise)
                implements Part {}
    }

    private GoTemplate(List<Part> parts) {
        this.parts = parts;
    }

    /// @throws InvalidTemplateException that says what is wrong with it, or not known
    static GoTemplate parse(String text) {
        if (text.length() > LONGEST) {
            throw new InvalidTemplateException(
                    "it has more than %,d characters".formatted(LONGEST));
        }
        return new GoTemplate(new Reader(text).read());
    }

    /// @param data maps, lists and texts
    String render(Map<String, Object> data) {
        var out = new StringBuilder();
        render(parts, data, Map.of("$", data), out);
        return out.toString();
    }

    private static void render(
            List<Part> parts, Object dot, Map<String, Object> variables, StringBuilder out) {
        for (var part : parts) {
            if (out.length() > LONGEST_OUTPUT) {
                return;
            }
            switch (part) {
                case Part.Text(var text) -> out.append(text);
                case Part.Field(var path) -> out.append(text(value(path, dot, variables)));
                case Part.Block block -> render(block, dot, variables, out);
            }
        }
    }

    private static void render(
            Part.Block block, Object dot, Map<String, Object> variables, StringBuilder out) {
        var value = value(block.path(), dot, variables);
        if (value == null || isEmpty(value)) {
            render(block.otherwise(), dot, variables, out);
            return;
        }
        switch (block.kind()) {
            case "if" -> render(block.then(), dot, variables, out);
            case "with" -> render(block.then(), value, variables, out);
            default -> {
                int index = 0;
                for (var item : Json.array(value)) {
                    var inner = new HashMap<>(variables);
                    inner.put(block.index(), index);
                    inner.put(block.variable(), item);
                    render(block.then(), item, inner, out);
                    index++;
                }
            }
        }
    }

    private static boolean isEmpty(Object value) {
        return switch (value) {
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case Integer number -> number == 0;
            default -> false;
        };
    }

    private static @Nullable Object value(String path, Object dot, Map<String, Object> variables) {
        int dotAt = path.indexOf('.');
        var variable = path.substring(0, dotAt < 0 ? path.length() : dotAt);
        Object value = variable.isEmpty() ? dot : variables.get(variable);
        for (var name : path.substring(variable.length()).split("\\.", -1)) {
            if (!name.isEmpty()) {
                value = Json.at(value, name);
            }
        }
        return value;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "<no value>";
            case String text -> text;
            case Integer number -> number.toString();
            default -> "";
        };
    }

    /// Reads a template from left to right.
    private static final class Reader {

        private static final String OPEN = "{{";
        private static final String CLOSE = "}}";

        private final String text;
        private final Deque<Open> open = new ArrayDeque<>();
        private List<Part> current = new ArrayList<>();

        /// A block whose end is yet to come.
        private record Open(Part.Block block, List<Part> around, boolean otherwise) {}

        Reader(String text) {
            this.text = text;
        }

        List<Part> read() {
            int at = 0;
            boolean trim = false;
            while (at < text.length()) {
                int start = text.indexOf(OPEN, at);
                var plain = text.substring(at, start < 0 ? text.length() : start);
                if (trim) {
                    plain = plain.stripLeading();
                }
                if (start < 0) {
                    add(plain);
                    break;
                }
                int end = text.indexOf(CLOSE, start);
                if (end < 0) {
                    throw new InvalidTemplateException("an action does not end");
                }
                var action = text.substring(start + OPEN.length(), end);
                if (action.startsWith("- ") || action.startsWith("-\n")) {
                    plain = plain.stripTrailing();
                    action = action.substring(1);
                }
                trim = action.endsWith(" -") || action.endsWith("\n-");
                add(plain);
                act((trim ? action.substring(0, action.length() - 1) : action).strip());
                at = end + CLOSE.length();
            }
            if (!open.isEmpty()) {
                throw new InvalidTemplateException(
                        "{{%s}} has no {{end}}".formatted(open.peek().block().kind()));
            }
            return current;
        }

        private void add(String plain) {
            if (!plain.isEmpty()) {
                current.add(new Part.Text(plain));
            }
        }

        private void act(String action) {
            int space = action.indexOf(' ');
            var word = space < 0 ? action : action.substring(0, space);
            var rest = space < 0 ? "" : action.substring(space + 1).strip();
            switch (word) {
                case "range", "if", "with" -> open(word, rest);
                case "else" -> otherwise(rest);
                case "end" -> end();
                default -> {
                    if (!action.startsWith("/*")) {
                        current.add(new Part.Field(path(action)));
                    }
                }
            }
        }

        private void open(String kind, String operand) {
            var operands = RANGE.matcher(operand);
            if (!operands.matches()
                    || (operands.group(2) != null && !kind.equals("range"))
                    || open.size() == DEEPEST) {
                throw unknown(kind + " " + operand);
            }
            var block =
                    new Part.Block(
                            kind,
                            operands.group(1) == null ? "" : operands.group(1),
                            operands.group(2) == null ? "" : operands.group(2),
                            path(operands.group(3)),
                            new ArrayList<>(),
                            new ArrayList<>());
            current.add(block);
            open.push(new Open(block, current, false));
            current = block.then();
        }

        private void otherwise(String rest) {
            if (!rest.isEmpty() || open.isEmpty() || open.peek().otherwise()) {
                throw unknown("else " + rest);
            }
            var then = open.pop();
            open.push(new Open(then.block(), then.around(), true));
            current = then.block().otherwise();
        }

        private void end() {
            if (open.isEmpty()) {
                throw new InvalidTemplateException("{{end}} ends nothing");
            }
            current = open.pop().around();
        }

        private static String path(String text) {
            if (text.isEmpty() || !PATH.matches(text)) {
                throw unknown(text);
            }
            return text;
        }

        private static InvalidTemplateException unknown(String action) {
            return new InvalidTemplateException(
                    "{{%s}} is not known here".formatted(action.strip()));
        }
    }
}
