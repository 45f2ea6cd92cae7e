package io.tiphys.webhook.registry;

import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadTree;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/// Times that senders write in ways of their own, as RFC 3339.
final class Times {

    /// The end of the year 9999.
    private static final BigDecimal LAST = BigDecimal.valueOf(253_402_300_799L);

    private static final DateTimeFormatter ZONE_WITHOUT_COLON =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss[.SSS]xx");

    private Times() {}

    /// @param seconds since 1970, or absent
    static Field ofSeconds(PayloadTree seconds) {
        if (!seconds.isPresent()) {
            return Field.ABSENT;
        }
        var number = seconds.number();
        if (number.signum() < 0 || number.compareTo(LAST) > 0) {
            throw new MalformedDeliveryException(
                    seconds.subject() + " should be a time in seconds since 1970");
        }
        var whole = number.setScale(0, RoundingMode.DOWN).longValueExact();
        return new Field(seconds.subject(), Instant.ofEpochSecond(whole).toString());
    }

    /// Left as it is if it is written in another way.
    static Field ofZoneWithoutColon(Field time) {
        try {
            var parsed = OffsetDateTime.parse(time.text(), ZONE_WITHOUT_COLON);
            return time.with(parsed.toInstant().toString());
        } catch (DateTimeException _) {
            return time;
        }
    }
}
