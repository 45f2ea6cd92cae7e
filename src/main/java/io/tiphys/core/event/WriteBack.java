package io.tiphys.core.event;

import io.tiphys.core.model.ApplicationId;

/// A request to write a new image tag to the Git source of an Application. Keyed by repository and
/// branch, so there is one writer for each.
///
/// @param repoUrl the source's URL as the Application has it
/// @param path the source's path
/// @param alias which entry of the image list asks
/// @param image canonical image repository
/// @param digest of the pushed image, empty if unknown
/// @param cause id of the image event
public record WriteBack(
        ApplicationId application,
        String repoUrl,
        String branch,
        String path,
        String alias,
        String image,
        String tag,
        String digest,
        String cause) {}
