package io.tiphys.core.image;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Glob;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LabelSelector;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The custom resource of that kind: which images the Applications of its namespace want kept
/// current, without a word in themselves.
///
/// What describes an Application more closely is counted as in Argo CD Image Updater.
///
/// @param problems what its author should mend, without which the rest is followed
public record ImageUpdater(Id id, List<Reference> references, List<String> problems) {

    /// Namespace and name.
    public record Id(String namespace, String name) {

        /// Of a resource of the cluster.
        public static Id of(Map<String, Object> tree) {
            return new Id(
                    Json.string(tree, "metadata", "namespace"),
                    Json.string(tree, "metadata", "name"));
        }

        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    /// Some Applications, and what they want.
    ///
    /// @param labels empty if any will do
    /// @param list empty if the Applications' own annotations say it
    /// @param signer whose signature images must bear that annotations name; empty if the
    ///     annotations say that, too
    /// @param closeness how closely it describes them
    public record Reference(
            Glob name,
            Optional<LabelSelector> labels,
            Optional<ImageList> list,
            Optional<Signer> signer,
            int closeness) {

        /// What an Application with these annotations wants kept current.
        public ImageList list(Map<String, String> annotations, RegistryNames names) {
            return list.orElseGet(
                    () -> {
                        var own = ImageList.parse(annotations, names);
                        return signer.map(own::signedBy).orElse(own);
                    });
        }

        boolean matches(String application, Map<String, String> labels) {
            return name.matches(application)
                    && this.labels.map(it -> it.matches(labels)).orElse(true);
        }
    }

    /// What an Application follows.
    ///
    /// @param rivals other resources that describe it as closely, and that it does not follow
    public record Match(ImageUpdater updater, Reference reference, List<Id> rivals) {}

    public ImageUpdater {
        references = List.copyOf(references);
        problems = List.copyOf(problems);
    }

    /// Which of several an Application follows: the one with the reference that describes it most
    /// closely; of several such the first by name.
    ///
    /// @param labels the Application's
    public static Optional<Match> of(
            ApplicationId application,
            Map<String, String> labels,
            Collection<ImageUpdater> updaters) {
        var matches =
                updaters.stream()
                        .filter(it -> it.id.namespace().equals(application.namespace()))
                        .flatMap(it -> it.match(application, labels).stream())
                        .sorted(
                                Comparator.<Match>comparingInt(it -> -it.reference().closeness())
                                        .thenComparing(it -> it.updater().id().name()))
                        .toList();
        if (matches.isEmpty()) {
            return Optional.empty();
        }
        var first = matches.getFirst();
        return Optional.of(
                new Match(
                        first.updater(),
                        first.reference(),
                        matches.stream()
                                .skip(1)
                                .filter(
                                        it ->
                                                it.reference().closeness()
                                                        == first.reference().closeness())
                                .map(it -> it.updater().id())
                                .toList()));
    }

    private Optional<Match> match(ApplicationId application, Map<String, String> labels) {
        return references.stream()
                .filter(it -> it.matches(application.name(), labels))
                .max(Comparator.comparingInt(Reference::closeness))
                .map(it -> new Match(this, it, List.of()));
    }
}
