package io.tiphys.core.image;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A tag that a registry holds or a file names, and as much of the image under it as is known.
///
/// @param digest of the manifest, or of the index of several
/// @param built when, as the image's configuration says
/// @param pushed when, as the registry said
/// @param platforms that it is there for; empty if that is not known
public record Candidate(
        String tag,
        Optional<String> digest,
        Optional<Instant> built,
        Optional<Instant> pushed,
        List<Platform> platforms) {

    public Candidate {
        platforms = List.copyOf(platforms);
    }

    /// Of which nothing but the name is known.
    public static Candidate of(String tag) {
        return new Candidate(tag, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    public Candidate withDigest(Optional<String> digest) {
        return new Candidate(tag, digest, built, pushed, platforms);
    }

    public Candidate withPushed(Optional<Instant> pushed) {
        return new Candidate(tag, digest, built, pushed, platforms);
    }
}
