package io.tiphys.webhook.registry;

import java.util.Set;
import java.util.regex.Pattern;

/// What a sender says was pushed. Nothing of it is checked yet.
///
/// @param time RFC 3339, empty if the sender does not say
/// @param mediaType of the manifest, empty if the sender does not say
/// @param parts media types of the manifest's parts or of the artifact, as far as known
record Push(
        ImageRepository repository,
        Field tag,
        Field digest,
        Field time,
        Field mediaType,
        Set<String> parts) {

    private static final Pattern DIGEST = Pattern.compile("sha[0-9]{3}:");

    Push(ImageRepository repository, Field tag, Field digest, Field time) {
        this(repository, tag, digest, time, Field.ABSENT, Set.of());
    }

    /// Some senders put the digest in the tag's place where there is no tag.
    boolean isTagged() {
        return !tag.isEmpty() && !DIGEST.matcher(tag.text()).lookingAt();
    }
}
