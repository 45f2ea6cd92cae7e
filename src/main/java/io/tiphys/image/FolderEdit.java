package io.tiphys.image;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.ImageOccurrence;
import io.tiphys.core.image.ManifestEdit;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.core.image.UpdateDecision;
import io.tiphys.repo.Folder;
import io.tiphys.repo.Repository.Change;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// What the files of a folder become when an image gets a new tag. A file that cannot be edited is
/// left alone and does not keep the others from it.
final class FolderEdit {

    private static final Logger LOG = Logger.getLogger(FolderEdit.class);

    private FolderEdit() {}

    static Change of(Folder folder, boolean recurse, WriteBack request, TrackedImage image) {
        var files = new LinkedHashMap<String, byte[]>();
        var changes = new ArrayList<ManifestEdit.Change>();
        for (var entry : folder.entries(recurse)) {
            if (entry.link() || !isManifest(entry.path())) {
                continue;
            }
            var text = text(folder.read(entry));
            if (text.isEmpty()) {
                continue;
            }
            try {
                var edit =
                        ManifestEdit.of(
                                text.get(), request.image(), found -> retag(found, request, image));
                edit.refusals()
                        .forEach(
                                refusal ->
                                        LOG.warnf(
                                                "%s line %d is not updated: %s",
                                                entry.path(), refusal.line(), refusal.reason()));
                if (!edit.changes().isEmpty()) {
                    files.put(entry.path(), edit.text().getBytes(StandardCharsets.UTF_8));
                    changes.addAll(edit.changes());
                }
            } catch (UnreadableManifestException unreadable) {
                LOG.warnf("%s is not updated: %s", entry.path(), unreadable.getMessage());
            }
        }
        return new Change(files, message(request, changes));
    }

    private static Optional<Retag> retag(
            ImageOccurrence found, WriteBack request, TrackedImage image) {
        return switch (UpdateDecision.decide(image, found.image().tag(), request.tag())) {
            case UpdateDecision.Update(var tag) ->
                    Optional.of(
                            new Retag(
                                    tag,
                                    Optional.of(request.digest())
                                            .filter(digest -> !digest.isEmpty())));
            case UpdateDecision.Keep _ -> Optional.empty();
        };
    }

    private static String message(WriteBack request, List<ManifestEdit.Change> changes) {
        var message =
                new StringBuilder("build: automatic update of ")
                        .append(request.application().name())
                        .append("\n\n");
        changes.stream()
                .map(change -> change.from() + " -> " + change.to())
                .distinct()
                .forEach(line -> message.append("updates image ").append(line).append('\n'));
        return message.toString();
    }

    private static boolean isManifest(String path) {
        return path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".json");
    }

    /// Only UTF-8 survives being read and written unchanged.
    private static Optional<String> text(byte[] content) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }
}
