package io.tiphys.dev.sandbox.life;

import java.time.Duration;
import java.util.regex.Pattern;

/// Reads delays as annotations write them: `500ms`, `2s`, `1m`.
final class Delays {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m)");

    private Delays() {}

    /// What cannot be read is no delay: a pod that never starts would hide the mistake.
    static Duration parse(String text) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Duration.ZERO;
        }
        var amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
