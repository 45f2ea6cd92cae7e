package io.tiphys.image;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdaterStatus;
import io.tiphys.core.image.Withheld;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.image.GuardedChoice.Left;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.KubernetesEvents;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Notes on an Application what became of a new tag: in its annotations what is withheld, from
/// which a refresh makes a condition, and in Kubernetes Events what is new.
@Singleton
class ImageNotes {

    private static final Logger LOG = Logger.getLogger(ImageNotes.class);

    private final ApplicationStore store;
    private final KubernetesEvents events;
    private final UpdaterStatuses statuses;

    ImageNotes(ApplicationStore store, KubernetesEvents events, UpdaterStatuses statuses) {
        this.store = store;
        this.events = events;
        this.statuses = statuses;
    }

    /// What is to be noted.
    ///
    /// @param done whether an approval of the tag is taken off
    /// @param outlasts what was withheld before and still is
    private record Note(Optional<Left> left, boolean done, Predicate<Withheld> outlasts) {}

    /// Of a tag that somebody approved and that is not there.
    void unknown(WriteBack request, TrackedImage image) {
        var withheld = new Withheld(image.label(), request.tag(), Withheld.Reason.UNKNOWN_TAG, "");
        note(
                request,
                image,
                new Note(Optional.of(new Left(withheld, "", NamedTag.NONE)), false, _ -> false));
    }

    /// After a tag was written, was there already, or was left. What waits of a later one goes on
    /// waiting.
    void carriedOut(WriteBack request, TrackedImage image, GuardedChoice choice) {
        note(
                request,
                image,
                new Note(
                        choice.left(),
                        choice.isDone(),
                        it -> !choice.reaches(request.tag(), NamedTag.parse(it.tag()))));
    }

    private void note(WriteBack request, TrackedImage image, Note note) {
        var written = store.onNewest(request.application(), () -> annotate(request, image, note));
        if (written.isEmpty()) {
            LOG.warnf(
                    "%s changes faster than it can be noted what became of %s:%s",
                    request.application(), request.image(), request.tag());
            return;
        }
        if (!written.get().isEmpty()) {
            statuses.reconsider();
        }
        if (written.get().containsKey(Annotations.IMAGE_WITHHELD)) {
            note.left().ifPresent(it -> tell(request, it));
        }
    }

    /// @return the annotations that were written
    private Map<String, @Nullable String> annotate(
            WriteBack request, TrackedImage image, Note note) {
        if (!(store.find(request.application()).orElse(null) instanceof Entry.Valid entry)) {
            return Map.of();
        }
        var patch = patch(entry.application(), request, image, note);
        if (!patch.isEmpty()) {
            store.patchSeen(entry, Map.of("metadata", Map.of("annotations", patch)));
        }
        return patch;
    }

    /// @return annotations that are to be others, null for none
    private static Map<String, @Nullable String> patch(
            Application application, WriteBack request, TrackedImage image, Note note) {
        var annotations = application.annotations();
        var consent = Consent.of(annotations, image);
        var withheld =
                Withheld.of(annotations).stream()
                        .filter(it -> it.image().equals(image.label()))
                        .filter(it -> it.holds(consent))
                        .filter(note.outlasts())
                        .findFirst()
                        .or(() -> note.left().map(Left::withheld));
        var texts = new HashMap<String, String>();
        texts.put(Annotations.IMAGE_WITHHELD, Withheld.with(annotations, image.label(), withheld));
        if (note.done() && consent.isOf(request.tag())) {
            texts.put(Annotations.IMAGE_APPROVED, Consent.without(annotations, image.label()));
        }
        var patch = new HashMap<String, @Nullable String>();
        texts.forEach(
                (name, text) -> {
                    if (!text.equals(annotations.getOrDefault(name, ""))) {
                        patch.put(name, text.isEmpty() ? null : text);
                    }
                });
        return patch;
    }

    private void tell(WriteBack request, Left left) {
        var withheld = left.withheld();
        var before = left.before().toString();
        var text = new StringBuilder(withheld.message());
        if (!before.isEmpty()) {
            text.append(". Now it is ").append(before);
        }
        if (!left.file().isEmpty()) {
            text.append(" in ").append(left.file());
        }
        LOG.infof("%s is not updated: %s", request.application(), text);
        events.tell(
                request.application(),
                "ImageUpdateWithheld",
                text.toString(),
                annotations(
                        new UpdaterStatus.Update(
                                withheld.image(), request.image(), before, withheld.tag())));
    }

    /// After a new tag was written.
    ///
    /// @param commit empty if it was written to the Application itself
    void updated(WriteBack request, UpdaterStatus.Update update, String commit) {
        events.tell(
                request.application(),
                "ImagesUpdated",
                "%s: updated%s to %s%s"
                        .formatted(
                                update.alias(),
                                update.from().isEmpty() ? "" : " from " + update.from(),
                                update.to(),
                                commit.isEmpty() ? "" : " by commit " + commit),
                annotations(update));
    }

    /// As Argo CD Image Updater's Events have them.
    private static Map<String, String> annotations(UpdaterStatus.Update update) {
        var prefix = "argocd-image-updater.image-0/";
        return Map.of(
                prefix + "full-image-name", update.image(),
                prefix + "image-name", update.image().substring(update.image().indexOf('/') + 1),
                prefix + "old-tag", update.from(),
                prefix + "new-tag", update.to());
    }
}
