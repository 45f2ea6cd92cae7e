package io.tiphys.channel;

/// An event that was read from the log.
///
/// @param replayed whether somebody wants it to be handled once more
/// @param trace of what is done about it
public record Incoming<T>(T event, boolean replayed, Trace trace) {}
