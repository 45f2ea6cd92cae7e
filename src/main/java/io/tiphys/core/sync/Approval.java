package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.sync.SyncOptions.Deletable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Asking before something is deleted. Resources ask by `Prune=confirm` and `Delete=confirm`, the
/// Application for all of its resources that do not say otherwise; a person approves by an
/// annotation of the Application with the time, which is to be that of the question or later.
public final class Approval {

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
    static boolean isNeededToPrune(Map<String, String> annotations, SyncOptions options) {
        return options.on(annotations).prune() == Deletable.CONFIRMED;
    }

    /// Whether a deletion of the whole Application asks before this goes. As in Argo CD, whatever
    /// may not be pruned unasked may not go with the Application unasked.
    static boolean isNeededToDelete(Map<String, String> annotations, SyncOptions options) {
        return isNeededToPrune(annotations, options)
                || options.on(annotations).delete() == Deletable.CONFIRMED;
    }

    /// Whether this stays when its Application goes.
    static boolean keeps(LiveResource resource, SyncOptions options) {
        return options.on(resource.annotations()).delete() == Deletable.NO
                || Stream.of(
                                resource.annotations()
                                        .getOrDefault(Annotations.HELM_RESOURCE_POLICY, "")
                                        .split(",", -1))
                        .map(String::strip)
                        .anyMatch("keep"::equals);
    }

    /// The options of an Application, by its custom resource.
    static SyncOptions options(Map<String, Object> application) {
        return new SyncOptions(
                Json.array(application, "spec", "syncPolicy", "syncOptions").stream()
                        .map(String::valueOf)
                        .collect(Collectors.toSet()));
    }
}
