package io.tiphys.webhook;

import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.util.List;

/// What a delivery says.
///
/// @param delivery names it to its sender; the same for a redelivery
/// @param note for the sender when nothing follows from it, empty otherwise
public record Contents(
        String delivery, List<GitEvent> pushes, List<ImageEvent> images, String note) {

    public static Contents of(String delivery, GitEvent push) {
        return new Contents(delivery, List.of(push), List.of(), "");
    }

    public static Contents images(String delivery, List<ImageEvent> images) {
        return images.isEmpty()
                ? nothing(delivery, "No image was pushed under a tag")
                : new Contents(delivery, List.of(), images, "");
    }

    public static Contents nothing(String delivery, String note) {
        return new Contents(delivery, List.of(), List.of(), note);
    }
}
