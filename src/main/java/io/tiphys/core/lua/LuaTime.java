package io.tiphys.core.lua;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/// Of the `os` library the two functions that only look at the time, which is the run's. All times
/// are in UTC.
final class LuaTime {

    private static final Map<Character, DateTimeFormatter> FORMATS =
            Map.ofEntries(
                    format('a', "EEE"),
                    format('A', "EEEE"),
                    format('b', "MMM"),
                    format('B', "MMMM"),
                    format('c', "dd MMM yy HH:mm 'UTC'"),
                    format('d', "dd"),
                    format('F', "yyyy-MM-dd"),
                    format('H', "HH"),
                    format('I', "hh"),
                    format('j', "DDD"),
                    format('m', "MM"),
                    format('M', "mm"),
                    format('p', "a"),
                    format('S', "ss"),
                    format('x', "MM/dd/yy"),
                    format('X', "HH:mm:ss"),
                    format('y', "yy"),
                    format('Y', "yyyy"),
                    format('z', "xx"),
                    format('Z', "'UTC'"));

    private LuaTime() {}

    private static Map.Entry<Character, DateTimeFormatter> format(char letter, String pattern) {
        return Map.entry(letter, DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }

    static LuaTable of(Instant now) {
        var table = new LuaTable();
        table.set("time", LuaLibraries.function(args -> time(args, now)));
        table.set("date", LuaLibraries.function(args -> date(args, now)));
        return table;
    }

    private static LuaValue time(Varargs args, Instant now) {
        if (args.isnoneornil(1)) {
            return LuaValue.valueOf((double) now.getEpochSecond());
        }
        var table = args.checktable(1);
        var day =
                LocalDateTime.of(
                        bounded(table, "year", 0, 9_999), 1, 1, field(table, "hour", 12) % 24, 0);
        long hours = field(table, "hour", 12) / 24 * 24L;
        return LuaValue.valueOf(
                (double)
                        day.plusMonths(field(table, "month", 1) - 1L)
                                .plusDays(field(table, "day", 1) - 1L)
                                .plusHours(hours)
                                .plusMinutes(field(table, "min", 0))
                                .plusSeconds(field(table, "sec", 0))
                                .toEpochSecond(ZoneOffset.UTC));
    }

    private static int bounded(LuaTable table, String name, int least, int most) {
        int value = field(table, name, -1);
        if (value < least || value > most) {
            throw new LuaError("field '" + name + "' missing or out of range in date table");
        }
        return value;
    }

    /// Times that were cut out of a text are numbers, too.
    private static int field(LuaTable table, String name, int otherwise) {
        var value = table.get(name);
        return value.isnil() ? otherwise : Math.clamp(value.checklong(), -1_000_000, 1_000_000);
    }

    private static LuaValue date(Varargs args, Instant now) {
        var format = args.optjstring(1, "%c");
        long seconds = args.isnoneornil(2) ? now.getEpochSecond() : args.checklong(2);
        // The years of four digits.
        var time =
                Instant.ofEpochSecond(Math.clamp(seconds, -62_135_596_800L, 253_402_300_799L))
                        .atOffset(ZoneOffset.UTC);
        var plain = format.startsWith("!") ? format.substring(1) : format;
        return plain.startsWith("*t") ? fields(time) : LuaValue.valueOf(written(plain, time));
    }

    private static String written(String format, OffsetDateTime time) {
        var text = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char character = format.charAt(at);
            at++;
            if (character != '%' || at == format.length()) {
                text.append(character);
                continue;
            }
            char letter = format.charAt(at);
            at++;
            var known = FORMATS.get(letter);
            if (known != null) {
                text.append(known.format(time));
            } else if (letter == 'w') {
                text.append(time.getDayOfWeek().getValue() % 7);
            } else {
                text.append(letter == '%' ? "%" : "%" + letter);
            }
        }
        return text.toString();
    }

    private static LuaTable fields(OffsetDateTime time) {
        var table = new LuaTable();
        table.set("year", time.getYear());
        table.set("month", time.getMonthValue());
        table.set("day", time.getDayOfMonth());
        table.set("hour", time.getHour());
        table.set("min", time.getMinute());
        table.set("sec", time.getSecond());
        table.set("wday", time.getDayOfWeek().getValue() % 7 + 1);
        table.set("yday", time.getDayOfYear());
        table.set("isdst", LuaValue.FALSE);
        return table;
    }
}
