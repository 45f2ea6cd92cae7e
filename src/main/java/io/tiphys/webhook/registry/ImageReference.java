package io.tiphys.webhook.registry;

import java.util.Locale;

/// The parts of `host:port/path:tag@digest`, wherever the tag or the digest is left out.
///
/// @param name registry and path
record ImageReference(Field name, Field tag, Field digest) {

    static ImageReference of(Field reference) {
        var text = reference.text();
        int at = text.indexOf('@');
        int end = at < 0 ? text.length() : at;
        // A colon before the last slash belongs to a port.
        int colon = text.indexOf(':', text.lastIndexOf('/', end) + 1);
        boolean hasTag = colon >= 0 && colon < end;
        return new ImageReference(
                reference.with(text.substring(0, hasTag ? colon : end)),
                reference.with(hasTag ? text.substring(colon + 1, end) : ""),
                reference.with(at < 0 ? "" : text.substring(at + 1)));
    }

    /// A host, or the beginning of a URL with it, without what browsers need.
    static Field withoutScheme(Field url) {
        var text = url.text();
        int scheme = text.toLowerCase(Locale.ROOT).indexOf("://");
        return scheme < 0 ? url : url.with(text.substring(scheme + 3));
    }

    static Field hostOf(Field url) {
        var rest = withoutScheme(url);
        int slash = rest.text().indexOf('/');
        return slash < 0 ? rest : rest.with(rest.text().substring(0, slash));
    }
}
