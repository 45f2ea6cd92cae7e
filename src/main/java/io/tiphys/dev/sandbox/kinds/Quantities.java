package io.tiphys.dev.sandbox.kinds;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Amounts such as `500m` and `1Gi`, and the one form in which the server writes each.
final class Quantities {

    private static final Pattern FORM =
            Pattern.compile("([+-]?[0-9.]+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|)");
    private static final Map<String, BigDecimal> UNITS =
            Map.ofEntries(
                    Map.entry("n", new BigDecimal("0.000000001")),
                    Map.entry("u", new BigDecimal("0.000001")),
                    Map.entry("m", new BigDecimal("0.001")),
                    Map.entry("", BigDecimal.ONE),
                    Map.entry("k", BigDecimal.TEN.pow(3)),
                    Map.entry("M", BigDecimal.TEN.pow(6)),
                    Map.entry("G", BigDecimal.TEN.pow(9)),
                    Map.entry("T", BigDecimal.TEN.pow(12)),
                    Map.entry("P", BigDecimal.TEN.pow(15)),
                    Map.entry("E", BigDecimal.TEN.pow(18)),
                    Map.entry("Ki", BigDecimal.TWO.pow(10)),
                    Map.entry("Mi", BigDecimal.TWO.pow(20)),
                    Map.entry("Gi", BigDecimal.TWO.pow(30)),
                    Map.entry("Ti", BigDecimal.TWO.pow(40)),
                    Map.entry("Pi", BigDecimal.TWO.pow(50)),
                    Map.entry("Ei", BigDecimal.TWO.pow(60)));
    private static final List<String> DECIMAL = List.of("E", "P", "T", "G", "M", "k", "");
    private static final List<String> BINARY = List.of("Ei", "Pi", "Ti", "Gi", "Mi", "Ki");

    private Quantities() {}

    static BigDecimal value(String quantity) {
        var form = FORM.matcher(quantity);
        // What has an exponent is a plain number.
        return form.matches()
                ? new BigDecimal(form.group(1))
                        .multiply(UNITS.getOrDefault(form.group(2), BigDecimal.ONE))
                : new BigDecimal(quantity);
    }

    /// `1000m` and `1` are one quantity, and the server answers with the shorter.
    static String canonical(String quantity) {
        var form = FORM.matcher(quantity);
        if (!form.matches()) {
            return quantity;
        }
        var value = value(quantity);
        if (value.signum() == 0) {
            return "0";
        }
        for (var candidate : form.group(2).endsWith("i") ? BINARY : DECIMAL) {
            var size = UNITS.getOrDefault(candidate, BigDecimal.ONE);
            if (value.remainder(size).signum() == 0) {
                return value.divide(size).toBigInteger() + candidate;
            }
        }
        return value.movePointRight(3).toBigInteger() + "m";
    }
}
