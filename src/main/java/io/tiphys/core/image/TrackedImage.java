package io.tiphys.core.image;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// An image that an Application wants kept current, how far it may move, and where files name it.
///
/// @param image without a tag, as container runtimes read it
/// @param located the same as its registry has it
/// @param spelled the image as its author wrote it, without a tag; written where a file names none
/// @param platforms of which one must be there; empty if it does not matter
/// @param minimumAge how long a tag must have been there; zero if it does not matter
/// @param pullSecret what the registry is asked with
/// @param signer whose signature it must bear; empty if it needs none
public record TrackedImage(
        Optional<String> alias,
        ImageName image,
        ImageName located,
        String spelled,
        UpdateStrategy strategy,
        TagFilter tags,
        List<Platform> platforms,
        Duration minimumAge,
        Optional<PullSecret> pullSecret,
        Optional<Signer> signer,
        ImageKeys keys) {

    public TrackedImage {
        platforms = List.copyOf(platforms);
    }

    /// The same, with another demand.
    TrackedImage signedBy(Optional<Signer> signer) {
        return new TrackedImage(
                alias,
                image,
                located,
                spelled,
                strategy,
                tags,
                platforms,
                minimumAge,
                pullSecret,
                signer,
                keys);
    }

    /// Canonical, as its registry and those who tell of pushes have it.
    public String repository() {
        return located.canonicalRepository();
    }

    /// What people call it: its alias, or as its author wrote it.
    public String label() {
        return alias.orElse(spelled);
    }

    /// Whether a push to this repository is about this image.
    public boolean tracks(String canonicalRepository) {
        return repository().equals(canonicalRepository);
    }

    /// Whether more of a tag must be known than its name to decide about it.
    public boolean asksRegistry() {
        return strategy instanceof UpdateStrategy.NewestBuild
                || strategy instanceof UpdateStrategy.Digest
                || !platforms.isEmpty()
                || !minimumAge.isZero();
    }
}
