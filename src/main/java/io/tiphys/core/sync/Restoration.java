package io.tiphys.core.sync;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What has to be in Git again for an Application to be made of what a deployment of its history
/// was made of.
public sealed interface Restoration {

    /// The paths of its sources, as they were.
    ///
    /// @param branch that is followed; `HEAD` is the repository's default branch
    /// @param commits by path, which of them to take it from
    record Of(String repoUrl, String branch, Map<String, String> commits) implements Restoration {}

    /// @param reason for who asks
    record Refused(String reason) implements Restoration {}

    /// @param deployment the entry of `status.history`
    static Restoration of(Application application, Map<String, Object> deployment) {
        Sources then;
        try {
            then = Sources.read(deployment);
        } catch (InvalidSpecException incomplete) {
            return new Refused(
                    "The history does not say of what that deployment was: "
                            + incomplete.getMessage());
        }
        var now = application.sources().all();
        var revisions =
                then.listed()
                        ? Json.array(deployment, "revisions").stream().map(String::valueOf).toList()
                        : List.of(Json.string(deployment, "revision"));
        if (then.all().size() != now.size() || revisions.size() != now.size()) {
            return new Refused("The Application has other sources now than it had then");
        }
        var commits = new LinkedHashMap<String, String>();
        for (int i = 0; i < now.size(); i++) {
            var source = now.get(i);
            var problem = problem(source, then.all().get(i), now.getFirst());
            if (!problem.isEmpty()) {
                return new Refused(problem);
            }
            commits.put(folder(source.path()), revisions.get(i));
        }
        if (!commits.values().stream().allMatch(it -> Revision.named(it).isCommit())) {
            return new Refused("The history does not say of which commits that deployment was");
        }
        if (commits.size() < now.size() || isNested(commits.keySet())) {
            return new Refused("The paths of its sources overlap: they cannot be restored apart");
        }
        var first = now.getFirst();
        return new Of(first.repoUrl(), first.targetRevision(), Map.copyOf(commits));
    }

    /// Empty if there is none.
    private static String problem(Source source, Source then, Source first) {
        if (!source.isGit()) {
            return "%s is no Git repository: nothing can be committed there"
                    .formatted(source.repoUrl());
        }
        if (source.revision().isCommit() || source.revision().tags().isPresent()) {
            return "'%s' of %s is no branch: nothing can be committed to it"
                    .formatted(source.targetRevision(), source.repoUrl());
        }
        if (!source.ref().isEmpty() && source.path().isEmpty()) {
            return "The source '%s' names no path of its own that could be restored"
                    .formatted(source.ref());
        }
        if (!isSamePlace(source, then)) {
            return "The Application is made of another place now than it was then: restore its"
                    + " source first";
        }
        return isSameBranch(source, first)
                ? ""
                : "Its sources are in several repositories or branches: one commit cannot restore"
                        + " all of them";
    }

    private static boolean isNested(Collection<String> folders) {
        return folders.stream()
                .anyMatch(
                        one ->
                                folders.stream()
                                        .anyMatch(it -> !it.equals(one) && it.startsWith(one)));
    }

    /// With a slash at its end; empty for the root, in which all others lie.
    private static String folder(String path) {
        return Arrays.stream(path.split("/"))
                .filter(it -> !it.isEmpty() && !it.equals("."))
                .map(it -> it + "/")
                .collect(Collectors.joining());
    }

    private static boolean isSamePlace(Source one, Source other) {
        return isSameRepository(one, other) && folder(one.path()).equals(folder(other.path()));
    }

    private static boolean isSameBranch(Source one, Source other) {
        return isSameRepository(one, other) && one.targetRevision().equals(other.targetRevision());
    }

    private static boolean isSameRepository(Source one, Source other) {
        return RepositoryUrl.canonical(one.repoUrl())
                .equals(RepositoryUrl.canonical(other.repoUrl()));
    }
}
