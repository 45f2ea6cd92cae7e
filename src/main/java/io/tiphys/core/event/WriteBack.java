package io.tiphys.core.event;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.RepositoryUrl;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// A request to write a new image tag to the Git source of an Application. Keyed by repository and
/// branch, so there is one writer for each.
///
/// @param repoUrl the source's URL as the Application has it
/// @param path the source's path
/// @param alias which entry of the image list asks
/// @param image canonical image repository
/// @param digest of the pushed image, empty if unknown
/// @param cause id of the image event
/// @param together how many the same event asks of the branch, with this one; 0 if unknown
public record WriteBack(
        ApplicationId application,
        String repoUrl,
        String branch,
        String path,
        String alias,
        String image,
        String tag,
        String digest,
        String cause,
        int together) {

    /// Repository and branch.
    public String branchKey() {
        return RepositoryUrl.canonical(repoUrl) + "#" + branch;
    }

    /// What one event asks for, where each knows of how many it is.
    public static List<WriteBack> together(Collection<WriteBack> requests) {
        var counts =
                requests.stream()
                        .collect(
                                Collectors.groupingBy(
                                        WriteBack::branchKey, Collectors.summingInt(_ -> 1)));
        return requests.stream()
                .map(it -> it.with(counts.getOrDefault(it.branchKey(), 0)))
                .toList();
    }

    private WriteBack with(int together) {
        return new WriteBack(
                application, repoUrl, branch, path, alias, image, tag, digest, cause, together);
    }
}
