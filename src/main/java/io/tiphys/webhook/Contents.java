package io.tiphys.webhook;

import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.util.List;
import java.util.Map;

/// What a delivery says.
///
/// @param delivery names it to its sender; the same for a redelivery
/// @param note for the sender when nothing follows from it, empty otherwise
/// @param reply what a sender wants to hear before it sends anything, empty if there is no such
public record Contents(
        String delivery,
        List<GitEvent> gitEvents,
        List<ImageEvent> imageEvents,
        String note,
        Map<String, String> reply) {

    public static Contents of(String delivery, GitEvent event) {
        return git(delivery, List.of(event));
    }

    public static Contents git(String delivery, List<? extends GitEvent> events) {
        return new Contents(delivery, List.copyOf(events), List.of(), "", Map.of());
    }

    public static Contents images(String delivery, List<? extends ImageEvent> events) {
        return events.isEmpty()
                ? nothing(delivery, "No image was pushed under a tag")
                : new Contents(delivery, List.of(), List.copyOf(events), "", Map.of());
    }

    public static Contents nothing(String delivery, String note) {
        return new Contents(delivery, List.of(), List.of(), note, Map.of());
    }

    /// To a sender that asks whether its deliveries are wanted.
    public static Contents reply(String delivery, Map<String, String> reply) {
        return new Contents(delivery, List.of(), List.of(), "", reply);
    }
}
