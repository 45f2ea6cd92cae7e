package io.tiphys.core.model;

import java.net.URI;
import java.util.Locale;

/// The address of a Git repository in one canonical spelling, so that the same repository named in
/// a webhook and in an Application compares equal whatever the transport.
///
/// `https://user@GitHub.com/Org/Repo.git/`, `ssh://git@github.com/Org/Repo` and
/// `git@github.com:Org/Repo.git` are all `github.com/org/repo`. Letter case is dropped, as Argo CD
/// does, because hosts do not tell repositories apart by it. A port is kept unless it is the
/// scheme's own.
public final class RepositoryUrl {

    private RepositoryUrl() {}

    /// Never fails: text that is no URL is its own canonical form, lower-cased.
    public static String canonical(String url) {
        var text = url.strip();
        int scheme = text.indexOf("://");
        int colon = text.indexOf(':');
        if (scheme < 0 && colon > 0 && !text.substring(0, colon).contains("/")) {
            text = "ssh://" + text.substring(0, colon) + "/" + text.substring(colon + 1);
        }
        String canonical;
        try {
            var uri = URI.create(text);
            var host = uri.getHost();
            canonical =
                    host == null
                            ? text
                            : host + port(uri) + "/" + trimSlashes(String.valueOf(uri.getPath()));
        } catch (IllegalArgumentException notAnUri) {
            canonical = text;
        }
        canonical = trimSlashes(canonical).toLowerCase(Locale.ROOT);
        return canonical.endsWith(".git")
                ? canonical.substring(0, canonical.length() - ".git".length())
                : canonical;
    }

    private static String port(URI uri) {
        int own =
                switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
                    case "https" -> 443;
                    case "http" -> 80;
                    case "ssh" -> 22;
                    default -> -1;
                };
        return uri.getPort() < 0 || uri.getPort() == own ? "" : ":" + uri.getPort();
    }

    private static String trimSlashes(String path) {
        int start = 0;
        int end = path.length();
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(start, end);
    }
}
