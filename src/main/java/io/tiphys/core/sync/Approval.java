package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Asking before something is deleted. Resources ask by `Prune=confirm` and `Delete=confirm`, the
/// Application for all of its resources that do not say otherwise; a person approves by an
/// annotation of the Application with the time, which is to be that of the question or later.
public final class Approval {

    private static final String CONFIRM = "confirm";

    private Approval() {}

    /// When a person last approved. A time that cannot be read approves nothing, as in Argo CD.
    public static Optional<Instant> of(Map<String, String> annotations) {
        try {
            return Optional.ofNullable(annotations.get(Annotations.DELETION_APPROVED))
                    .map(Instant::parse);
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    /// Whether a sync asks before it prunes this.
    ///
    /// @param options the Application's own
    static boolean isNeededToPrune(Map<String, String> annotations, Collection<String> options) {
        return option(annotations, options, "Prune").filter(CONFIRM::equals).isPresent();
    }

    /// Whether a deletion of the whole Application asks before this goes. As in Argo CD, whatever
    /// may not be pruned unasked may not go with the Application unasked.
    static boolean isNeededToDelete(Map<String, String> annotations, Collection<String> options) {
        return isNeededToPrune(annotations, options)
                || option(annotations, options, "Delete").filter(CONFIRM::equals).isPresent();
    }

    /// Whether this stays when its Application goes.
    static boolean keeps(LiveResource resource, Collection<String> options) {
        return option(resource.annotations(), options, "Delete").filter("false"::equals).isPresent()
                || listed(resource.annotations(), Annotations.HELM_RESOURCE_POLICY)
                        .anyMatch("keep"::equals);
    }

    /// The value of an option: what the resource says counts before the Application's.
    private static Optional<String> option(
            Map<String, String> annotations, Collection<String> options, String name) {
        return Stream.concat(listed(annotations, Annotations.SYNC_OPTIONS), options.stream())
                .filter(it -> it.startsWith(name + "="))
                .map(it -> it.substring(name.length() + 1))
                .findFirst();
    }

    private static Stream<String> listed(Map<String, String> annotations, String name) {
        return Stream.of(annotations.getOrDefault(name, "").split(",", -1)).map(String::strip);
    }

    /// The options of an Application, by its custom resource.
    static Collection<String> options(Map<String, Object> application) {
        return Json.array(application, "spec", "syncPolicy", "syncOptions").stream()
                .map(String::valueOf)
                .toList();
    }
}
