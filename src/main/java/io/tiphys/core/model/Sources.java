package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where all manifests of an Application come from.
///
/// @param all in order: what a later one makes replaces what an earlier one made; never empty
/// @param listed whether they stand in `spec.sources`, be it only one: then the status has lists of
///     them, and of their revisions, as well
public record Sources(List<Source> all, boolean listed) {

    public static Sources of(Source source) {
        return new Sources(List.of(source), false);
    }

    /// A list counts alone, as in Argo CD.
    ///
    /// @param spec the Application's
    /// @throws InvalidSpecException with the sentence that its author should read
    public static Sources read(Map<String, Object> spec) {
        return read("spec", spec);
    }

    /// @param where the field that holds `source` or `sources`, for messages
    /// @throws InvalidSpecException with the sentence that its author should read
    public static Sources read(String where, Map<String, Object> tree) {
        var list = Json.array(tree, "sources");
        if (list.isEmpty()) {
            return of(Source.read(where + ".source", Json.object(tree, "source")));
        }
        var sources = new ArrayList<Source>();
        var refs = new HashSet<String>();
        for (int i = 0; i < list.size(); i++) {
            var name = where(where, i);
            var source = Source.read(name, Json.object(list.get(i)));
            if (!source.ref().isEmpty() && !refs.add(source.ref())) {
                throw new InvalidSpecException(
                        "%s.ref: '%s' names another source already".formatted(name, source.ref()));
            }
            sources.add(source);
        }
        return new Sources(List.copyOf(sources), true);
    }

    /// What an Application's author calls one of them.
    ///
    /// @param index from 0
    public String name(int index) {
        return listed ? where("spec", index) : "spec.source";
    }

    private static String where(String parent, int index) {
        return "%s.sources[%d]".formatted(parent, index);
    }

    /// As they were written.
    public List<Map<String, Object>> trees() {
        return all.stream().map(Source::tree).toList();
    }

    /// The one that new image tags are written to: the first in Git that has manifests. If there
    /// is none, the first of all, which then cannot be written to.
    public Source written() {
        return git().filter(it -> !it.isReference()).findFirst().orElseGet(all::getFirst);
    }

    /// Those that lie in Git.
    public Stream<Source> git() {
        return all.stream().filter(Source::isGit);
    }
}
