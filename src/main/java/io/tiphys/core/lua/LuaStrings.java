package io.tiphys.core.lua;

import com.google.re2j.Matcher;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.IllegalFormatException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/// The string library, without what makes code of texts. All that it makes is counted before it is
/// made.
final class LuaStrings {

    /// What a call may return at once.
    static final int MOST_RESULTS = 1_000;

    private static final int STEPS_A_PATTERN = 500;
    private static final int BYTES_MATCHED_A_STEP = 32;

    private static final Pattern FORMAT =
            Pattern.compile("%([-+ #0]{0,5}\\d{0,2}(?:\\.\\d{0,2})?)([diucxXoeEfgGqs%])");

    private final LuaBudget budget;
    private final Map<String, LuaPattern> patterns = new HashMap<>();

    private LuaStrings(LuaBudget budget) {
        this.budget = budget;
    }

    static LuaTable of(LuaBudget budget) {
        var strings = new LuaStrings(budget);
        var table = new LuaTable();
        strings.add(table, "byte", strings::codes);
        strings.add(table, "char", strings::characters);
        strings.add(table, "find", args -> strings.find(args, true));
        strings.add(table, "format", strings::format);
        strings.add(table, "gmatch", strings::matches);
        strings.add(table, "gsub", strings::replaced);
        strings.add(table, "len", args -> LuaValue.valueOf(args.checkstring(1).m_length));
        strings.add(table, "lower", args -> strings.mapped(args, LuaStrings::lower));
        strings.add(table, "match", args -> strings.find(args, false));
        strings.add(table, "rep", strings::repeated);
        strings.add(
                table,
                "reverse",
                args -> strings.mapped(args, it -> new StringBuilder(it).reverse().toString()));
        strings.add(table, "sub", strings::part);
        strings.add(table, "upper", args -> strings.mapped(args, LuaStrings::upper));
        return table;
    }

    private void add(LuaTable table, String name, Function<Varargs, Varargs> body) {
        table.set(name, LuaLibraries.function(body));
    }

    private static String lower(String text) {
        return text.chars()
                .map(it -> it >= 'A' && it <= 'Z' ? it + 32 : it)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String upper(String text) {
        return text.chars()
                .map(it -> it >= 'a' && it <= 'z' ? it - 32 : it)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private Varargs mapped(Varargs args, Function<String, String> change) {
        return made(change.apply(text(args, 1)));
    }

    private Varargs codes(Varargs args) {
        var text = text(args, 1);
        int from = position(args.optint(2, 1), text);
        int to = Math.min(position(args.optint(3, from), text), text.length());
        from = Math.max(1, from);
        if (to - from >= MOST_RESULTS) {
            throw new LuaError("more than " + MOST_RESULTS + " results");
        }
        var codes = new LuaValue[Math.max(0, to - from + 1)];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = LuaValue.valueOf(text.charAt(from - 1 + i));
        }
        return LuaValue.varargsOf(codes);
    }

    private Varargs characters(Varargs args) {
        var text = new StringBuilder();
        for (int i = 1; i <= args.narg(); i++) {
            text.append((char) (args.checkint(i) & 0xff));
        }
        return made(text.toString());
    }

    private Varargs repeated(Varargs args) {
        var text = text(args, 1);
        int times = Math.max(0, args.checkint(2));
        var separator = args.isnoneornil(3) ? "" : text(args, 3);
        budget.spendBytes((long) (text.length() + separator.length()) * times);
        return LuaValues.ofBytes(times == 0 ? "" : (text + separator).repeat(times - 1) + text);
    }

    private Varargs part(Varargs args) {
        var text = text(args, 1);
        int from = Math.max(1, position(args.checkint(2), text));
        int to = Math.min(position(args.optint(3, -1), text), text.length());
        return made(from > to ? "" : text.substring(from - 1, to));
    }

    private Varargs find(Varargs args, boolean places) {
        var text = text(args, 1);
        var wanted = text(args, 2);
        int from = Math.max(1, position(args.optint(3, 1), text)) - 1;
        if (from > text.length()) {
            return LuaValue.NIL;
        }
        if (places && args.optboolean(4, false)) {
            budget.spendSteps(text.length());
            int found = text.indexOf(wanted, from);
            return found < 0 ? LuaValue.NIL : place(found, found + wanted.length());
        }
        var pattern = pattern(wanted);
        var matcher = pattern.matcher(text);
        charge(text.length() - from);
        if (!pattern.find(matcher, from)) {
            return LuaValue.NIL;
        }
        var captures = pattern.captures(matcher);
        budget.spendBytes(matcher.end() - matcher.start());
        if (!places) {
            return captures;
        }
        var place = place(matcher.start(), matcher.end());
        return pattern.hasCaptures()
                ? LuaValue.varargsOf(place.arg(1), place.arg(2), captures)
                : place;
    }

    private static Varargs place(int start, int end) {
        return LuaValue.varargsOf(LuaValue.valueOf(start + 1), LuaValue.valueOf(end));
    }

    private Varargs matches(Varargs args) {
        var text = text(args, 1);
        var pattern = pattern(text(args, 2));
        var matcher = pattern.matcher(text);
        int[] next = {0};
        return LuaLibraries.function(
                _ -> {
                    charge(text.length() - next[0]);
                    if (next[0] > text.length() || !pattern.find(matcher, next[0])) {
                        next[0] = text.length() + 1;
                        return LuaValue.NIL;
                    }
                    next[0] = matcher.end() + (matcher.end() == matcher.start() ? 1 : 0);
                    budget.spendBytes(matcher.end() - matcher.start());
                    return pattern.captures(matcher);
                });
    }

    private Varargs replaced(Varargs args) {
        var text = text(args, 1);
        var pattern = pattern(text(args, 2));
        var replacement = args.arg(3);
        int limit = args.optint(4, Integer.MAX_VALUE);
        var matcher = pattern.matcher(text);
        var result = new StringBuilder();
        int count = 0;
        int at = 0;
        while (count < limit && at <= text.length()) {
            charge(text.length() - at);
            if (!pattern.find(matcher, at)) {
                break;
            }
            count++;
            result.append(text, at, matcher.start());
            append(result, replacement(replacement, pattern, matcher));
            at = matcher.end();
            if (matcher.end() == matcher.start()) {
                if (at < text.length()) {
                    result.append(text.charAt(at));
                }
                at++;
            }
            if (pattern.isAnchored()) {
                break;
            }
        }
        if (at < text.length()) {
            append(result, text.substring(at));
        }
        return LuaValue.varargsOf(LuaValues.ofBytes(result.toString()), LuaValue.valueOf(count));
    }

    private String replacement(LuaValue by, LuaPattern pattern, Matcher match) {
        var captures = pattern.captures(match);
        var value =
                switch (by.type()) {
                    case LuaValue.TTABLE -> by.get(captures.arg1());
                    case LuaValue.TFUNCTION -> by.invoke(captures).arg1();
                    case LuaValue.TSTRING, LuaValue.TNUMBER ->
                            LuaValues.ofBytes(filled(by, captures, match));
                    default ->
                            throw new LuaError("string, function or table expected to replace by");
                };
        if (!value.toboolean()) {
            return match.group();
        }
        if (!value.isstring()) {
            throw new LuaError("invalid replacement value (a " + value.typename() + ")");
        }
        return LuaValues.bytes(value.strvalue());
    }

    private String filled(LuaValue by, Varargs captures, Matcher match) {
        var template = LuaValues.bytes(by.strvalue());
        var text = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char character = template.charAt(at);
            at++;
            if (character != '%' || at == template.length()) {
                append(text, String.valueOf(character));
                continue;
            }
            char escaped = template.charAt(at);
            at++;
            if (escaped == '0') {
                append(text, match.group());
            } else if (Character.isDigit(escaped)) {
                int index = escaped - '0';
                if (index > captures.narg()) {
                    throw new LuaError("invalid capture index in replacement");
                }
                append(text, LuaValues.bytes(captures.checkstring(index)));
            } else {
                append(text, String.valueOf(escaped));
            }
        }
        return text.toString();
    }

    private Varargs format(Varargs args) {
        var template = text(args, 1);
        var text = new StringBuilder();
        var places = FORMAT.matcher(template);
        int at = 0;
        int argument = 1;
        while (at < template.length()) {
            int percent = template.indexOf('%', at);
            append(text, template.substring(at, percent < 0 ? template.length() : percent));
            if (percent < 0) {
                break;
            }
            if (!places.find(percent) || places.start() != percent) {
                throw new LuaError("invalid option in the format '" + template + "'");
            }
            at = places.end();
            if (places.group(2).equals("%")) {
                append(text, "%");
            } else {
                argument++;
                append(text, formatted(places.group(1), places.group(2), args, argument));
            }
        }
        return LuaValues.ofBytes(text.toString());
    }

    private String formatted(String flags, String kind, Varargs args, int argument) {
        return switch (kind) {
            case "d", "i", "u" -> padded(flags, "%d", (long) args.checkdouble(argument));
            case "x", "X", "o" -> padded(flags, "%" + kind, (long) args.checkdouble(argument));
            case "e", "E", "f" -> fraction(flags, "%" + kind, args.checkdouble(argument));
            case "g", "G" ->
                    padded(flags.isEmpty() ? ".14" : flags, "%g", args.checknumber(argument));
            case "c" -> String.valueOf((char) (args.checkint(argument) & 0xff));
            case "q" -> quoted(LuaValues.bytes(args.checkstring(argument)));
            default -> padded(flags, "%s", LuaLibraries.text(args.checkvalue(argument)));
        };
    }

    /// Rounded as it is, and not as it is written.
    private static String fraction(String flags, String kind, double value) {
        return padded(flags, kind, Double.isFinite(value) ? new BigDecimal(value) : value);
    }

    private static String padded(String flags, String kind, Object value) {
        if (kind.equals("%g") && value instanceof LuaValue number) {
            return number.tojstring();
        }
        try {
            var precision = kind.equals("%d") ? flags.replaceFirst("\\.\\d*", "") : flags;
            return String.format(Locale.ROOT, "%" + precision + kind.substring(1), value);
        } catch (IllegalFormatException wrong) {
            throw new LuaError("invalid option '%" + flags + kind.substring(1) + "' to 'format'");
        }
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\\n") + "\"";
    }

    /// Compiled once a run.
    private LuaPattern pattern(String source) {
        var known = patterns.get(source);
        if (known != null) {
            return known;
        }
        budget.spendSteps(STEPS_A_PATTERN + 10L * source.length());
        var pattern = LuaPattern.of(source);
        patterns.put(source, pattern);
        return pattern;
    }

    private void charge(int length) {
        budget.spendSteps(10 + Math.max(0, length) / BYTES_MATCHED_A_STEP);
    }

    private void append(StringBuilder text, String more) {
        budget.spendBytes(more.length());
        text.append(more);
    }

    private LuaString made(String text) {
        budget.spendBytes(text.length());
        return LuaValues.ofBytes(text);
    }

    private String text(Varargs args, int index) {
        var text = args.checkstring(index);
        budget.spendBytes(text.m_length);
        return LuaValues.bytes(text);
    }

    /// Positions count from 1, or from the end if they are negative.
    private static int position(int position, String text) {
        return position >= 0 ? position : text.length() + position + 1;
    }
}
