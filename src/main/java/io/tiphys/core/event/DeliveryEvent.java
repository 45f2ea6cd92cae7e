package io.tiphys.core.event;

/// What became of a delivery from which no other event came. Those that made events are told by
/// these: they name their delivery and its sender. Keyed by provider.
public sealed interface DeliveryEvent {

    /// It was refused, or nothing follows from it.
    ///
    /// @param delivery names it to its sender, empty if it was not read
    /// @param provider `github`, …, or `unknown`
    /// @param sender the address that it came from
    /// @param outcome `accepted`, `unauthorized`, `malformed`, …, as metrics count it
    /// @param message what the sender was told, empty if nothing but the outcome
    record WithoutEffect(
            String delivery, String provider, String sender, String outcome, String message)
            implements DeliveryEvent {}
}
