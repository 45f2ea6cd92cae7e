package io.tiphys.repo;

import io.tiphys.core.model.MayPass;

/// A source cannot be turned into manifests. The message is for the Application's author, and
/// holds no credentials.
public class ManifestFailure extends RuntimeException implements MayPass {

    private static final long serialVersionUID = 1;

    private final boolean passing;

    /// A person must change something.
    public ManifestFailure(String message) {
        this(message, false);
    }

    /// @param passing whether it may work when tried again, with nothing changed
    public ManifestFailure(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    /// The same, said of a part of what was to be rendered.
    ///
    /// @param part that failed, such as a field of the source
    public ManifestFailure of(String part) {
        var named = new ManifestFailure("%s: %s".formatted(part, getMessage()), passing);
        named.initCause(this);
        return named;
    }

    /// The same for another who waited for it: exceptions change when they are caught.
    public ManifestFailure again() {
        return new ManifestFailure(String.valueOf(getMessage()), passing);
    }

    @Override
    public boolean passing() {
        return passing;
    }
}
