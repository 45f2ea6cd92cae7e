package io.tiphys.repo.render;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a YAML scalar without quotes means to Kubernetes' own tools: YAML 1.1 (`yes` and `y` are
/// true, `0644` is 420), but without its base-60 numbers, and dates stay text. A fraction that is a
/// whole number is one, as JSON written by those tools has it.
final class PlainScalar {

    private static final Pattern WHOLE =
            Pattern.compile("[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");

    private static final Pattern FRACTION =
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");

    /// Sign, prefix and 64 binary digits: what is longer has more than 64 bits.
    private static final int MAX_WHOLE = 67;

    private static final double MAX_LONG = 0x1p63;

    private PlainScalar() {}

    /// @return null, Boolean, Integer, Long, BigInteger (of 64 bits), Double (also infinite or not
    ///     a number, which JSON does not have) or the text itself
    static @Nullable Object value(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> null;
            case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE" -> true;
            case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE" ->
                    false;
            case ".nan", ".NaN", ".NAN" -> Double.NaN;
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> Double.POSITIVE_INFINITY;
            case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
            default -> startsNumber(text.charAt(0)) ? number(text) : text;
        };
    }

    private static boolean startsNumber(char first) {
        return first == '+' || first == '-' || first == '.' || ('0' <= first && first <= '9');
    }

    private static Object number(String text) {
        var digits = text.startsWith(".") ? text : text.replace("_", "");
        if (digits.length() <= MAX_WHOLE && WHOLE.matcher(digits).matches()) {
            var number = whole(digits);
            if (number.bitLength() < Integer.SIZE) {
                return number.intValue();
            } else if (number.bitLength() < Long.SIZE) {
                return number.longValue();
            } else if (number.signum() > 0 && number.bitLength() == Long.SIZE) {
                return number;
            }
        }
        if (FRACTION.matcher(digits).matches()) {
            double number = Double.parseDouble(digits);
            if (!Double.isInfinite(number)) {
                return fraction(number);
            }
        }
        return text;
    }

    private static BigInteger whole(String digits) {
        boolean signed = digits.startsWith("-") || digits.startsWith("+");
        var body = signed ? digits.substring(1) : digits;
        var number =
                switch (body.startsWith("0") && body.length() > 1 ? body.charAt(1) : '.') {
                    case '.' -> new BigInteger(body);
                    case 'x', 'X' -> new BigInteger(body.substring(2), 16);
                    case 'b', 'B' -> new BigInteger(body.substring(2), 2);
                    case 'o', 'O' -> new BigInteger(body.substring(2), 8);
                    default -> new BigInteger(body, 8);
                };
        return digits.startsWith("-") ? number.negate() : number;
    }

    private static Number fraction(double number) {
        if (number != Math.rint(number) || Math.abs(number) >= MAX_LONG) {
            return number;
        }
        long whole = (long) number;
        return whole == (int) whole ? (Number) (int) whole : (Number) whole;
    }
}
