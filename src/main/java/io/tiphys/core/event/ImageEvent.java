package io.tiphys.core.event;

/// Something happened in a container registry. Keyed by the canonical image repository.
public sealed interface ImageEvent {

    /// Unique to the event; the same for a redelivery of it.
    String id();

    /// Canonical, registry included: `docker.io/library/nginx`.
    String repository();

    /// What was pushed under it.
    String tag();

    /// Who said so: `distribution`, …
    String provider();

    /// An image was pushed under a tag.
    ///
    /// @param repository canonical, registry included: `docker.io/library/nginx`
    /// @param digest `sha256:…`, empty if the registry does not say
    /// @param pushedAt RFC 3339, empty if the registry does not say
    /// @param provider who said so: `distribution`, …
    record Pushed(
            String id,
            String repository,
            String tag,
            String digest,
            String mediaType,
            String pushedAt,
            String provider)
            implements ImageEvent {}

    /// Something else than an image was pushed under a tag.
    ///
    /// @param kind `chart`, `signature`, `attestation` (also bills of materials and provenance) or
    ///     `other`
    record ArtifactPushed(
            String id,
            String repository,
            String tag,
            String digest,
            String mediaType,
            String pushedAt,
            String provider,
            String kind)
            implements ImageEvent {}
}
