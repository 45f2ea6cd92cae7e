package io.tiphys.core.image;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// New tags for the containers in one file of Kubernetes manifests, spliced into its text: every
/// byte outside the changed image values stays as it was.
///
/// Images are found under `containers`, `initContainers` and `ephemeralContainers` in any kind. A
/// value that comes from an anchor is changed at the anchor. A file whose text nowhere holds the
/// last segment of the repository is not even parsed.
///
/// @param before what it was made to
/// @param file what that became; [#check] says whether it is as meant
public record ManifestEdit(
        FileText before, FileText file, List<Change> changes, List<Refusal> refusals) {

    public ManifestEdit {
        changes = List.copyOf(changes);
        refusals = List.copyOf(refusals);
    }

    /// One image value, before and after, as it stands in the file.
    public record Change(String path, int line, String from, String to) {}

    /// A value that should have changed and is written in a way that cannot be edited in place.
    public record Refusal(String path, int line, String reason) {}

    public String text() {
        return file.text();
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /// What became of the tags.
    public List<FileEdit.Change> tags() {
        return changes.stream()
                .map(
                        it ->
                                new FileEdit.Change(
                                        NamedTag.of(ImageName.parse(it.from())).toString(),
                                        NamedTag.of(ImageName.parse(it.to())).toString()))
                .toList();
    }

    /// Reads the edited file, and holds it against what it was.
    ///
    /// @throws IllegalStateException if more or less than the chosen images is another
    public void check() {
        if (isEmpty()) {
            return;
        }
        ContainerImages after;
        try {
            after = file.images();
        } catch (UnreadableManifestException broken) {
            throw new IllegalStateException("An edited manifest must stay readable", broken);
        }
        if (!after.rest().equals(before.images().rest())
                || !after.all().stream().map(ContainerImage::value).toList().equals(intended())) {
            throw new IllegalStateException("An edit must change the chosen images alone");
        }
    }

    private List<String> intended() {
        var values = new ArrayList<String>();
        var left = new ArrayDeque<>(changes);
        for (var image : before.images().all()) {
            var occurrence = image.occurrence();
            boolean changed =
                    !left.isEmpty()
                            && left.getFirst().line() == occurrence.line()
                            && left.getFirst().path().equals(occurrence.path());
            values.add(changed ? left.removeFirst().to() : image.value());
        }
        return values;
    }

    /// Where the file names the repository, in the order of the text.
    public static List<ImageOccurrence> find(String text, String canonicalRepository) {
        return scan(new FileText(text), canonicalRepository).stream()
                .map(ContainerImage::occurrence)
                .toList();
    }

    /// All that the file's containers name, each as often as they do.
    ///
    /// @throws UnreadableManifestException if it is no YAML
    public static List<ImageName> images(FileText file) {
        return file.images().all().stream().map(it -> it.occurrence().image()).toList();
    }

    /// Asks for each occurrence what it becomes; nothing means that it stays.
    public static ManifestEdit of(
            FileText file,
            String canonicalRepository,
            Function<ImageOccurrence, Optional<Retag>> choice) {
        var changes = new ArrayList<Change>();
        var refusals = new ArrayList<Refusal>();
        var edited = new Splice(file.text());
        for (var image : scan(file, canonicalRepository)) {
            var occurrence = image.occurrence();
            var value = image.value();
            var retagged = choice.apply(occurrence).map(retag -> retag.applyTo(value));
            if (retagged.isEmpty() || retagged.get().equals(value)) {
                continue;
            }
            if (occurrence.obstacle().isPresent()) {
                refusals.add(
                        new Refusal(
                                occurrence.path(), occurrence.line(), occurrence.obstacle().get()));
                continue;
            }
            edited.replace(image.start(), image.end(), retagged.get());
            changes.add(new Change(occurrence.path(), occurrence.line(), value, retagged.get()));
        }
        var result = changes.isEmpty() ? file : new FileText(edited.finish());
        return new ManifestEdit(file, result, changes, refusals);
    }

    private static List<ContainerImage> scan(FileText file, String canonicalRepository) {
        var lastSegment = canonicalRepository.substring(canonicalRepository.lastIndexOf('/') + 1);
        return file.text().contains(lastSegment)
                ? file.images().of(canonicalRepository)
                : List.of();
    }
}
