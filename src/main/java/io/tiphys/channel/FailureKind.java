package io.tiphys.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiphys.core.model.MayPass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;

/// What a failure asks of whoever handles a record.
enum FailureKind {

    /// The broker takes nothing at this moment, and so nothing could be put aside either: tried
    /// until it does.
    BROKER,

    /// Somebody else could not be reached or did not answer in time: tried again for a while, then
    /// put aside.
    PASSING,

    /// The same would come of it every time: put aside at once.
    LASTING;

    /// By the first in the chain of causes that says anything about it. Whatever is not known is a
    /// fault of ours, and lasts.
    static FailureKind of(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case NotPublishedException _ -> {
                    return BROKER;
                }
                case MayPass it -> {
                    return it.passing() ? PASSING : LASTING;
                }
                case JsonProcessingException _ -> {
                    return LASTING;
                }
                case IOException _,
                        UncheckedIOException _,
                        TimeoutException _,
                        io.smallrye.mutiny.TimeoutException _ -> {
                    return PASSING;
                }
                default -> {}
            }
        }
        return LASTING;
    }
}
