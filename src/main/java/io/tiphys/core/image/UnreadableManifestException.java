package io.tiphys.core.image;

/// A file that is no YAML, such as a template of Helm; the message names the line but never quotes
/// the file, which may hold secrets.
public final class UnreadableManifestException extends RuntimeException {

    UnreadableManifestException(String message) {
        super(message);
    }
}
