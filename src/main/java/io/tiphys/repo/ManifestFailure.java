package io.tiphys.repo;

/// A source cannot be turned into manifests. The message is for the Application's author, and
/// holds no credentials.
public class ManifestFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ManifestFailure(String message) {
        super(message);
    }
}
