package io.tiphys.channel;

import java.util.Map;

/// Where an event came from, for the delivery log.
///
/// @param delivery names the delivery to its sender
/// @param sender the address that it came from
/// @param received when, as text in RFC 3339; tells a redelivery from the first
public record Origin(String delivery, String sender, String received) {

    static final String DELIVERY = "ce_delivery";
    static final String SENDER = "ce_sender";
    static final String RECEIVED = "ce_received";

    Map<String, String> attributes() {
        return Map.of(DELIVERY, delivery, SENDER, sender, RECEIVED, received);
    }
}
