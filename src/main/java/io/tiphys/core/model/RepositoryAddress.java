package io.tiphys.core.model;

import java.util.Locale;

/// The address of a Git repository, taken apart so that it compares as Argo CD compares those of
/// credentials: without letter case, a final `.git`, and the difference between `git@host:path`
/// and `ssh://git@host/path`. Unlike Argo CD's, slashes at the end and the scheme's own port do
/// not count either. Scheme and user do: what is for one of them is not sent over another.
///
/// @param server scheme, user, host and port
/// @param path as written, without slashes at its start
/// @param repository the path of the repository that it is
public record RepositoryAddress(String server, String path, String repository) {

    private static final String SSH = "ssh://";
    private static final String ENDING = ".git";

    /// Never fails: what is no address is not the same as any that is.
    public static RepositoryAddress of(String url) {
        var text = url.strip().toLowerCase(Locale.ROOT);
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            int rest = scheme + "://".length();
            return split(text.substring(0, rest), text.substring(rest));
        }
        int colon = text.indexOf(':');
        int slash = text.indexOf('/');
        return colon > 0 && (slash < 0 || colon < slash)
                ? split(SSH, text.substring(0, colon) + "/" + text.substring(colon + 1))
                : split("", text);
    }

    /// The same of a repository of charts or of an OCI registry: the latter may have its scheme or
    /// not, and what looks like the form for SSH has a port.
    public static RepositoryAddress ofCharts(String url) {
        return of(url.contains("://") ? url : "oci://" + url.strip());
    }

    public boolean isSameAs(RepositoryAddress other) {
        return server.equals(other.server) && repository.equals(other.repository);
    }

    /// Whether another address lies below this one. Of the path any beginning will do, as in
    /// Argo CD. The server must be the very same: `https://git.example` is no beginning of
    /// `https://git.example.org`, nor of `https://git.example@elsewhere`. For SSH one without a
    /// port and a path stands for all ports.
    public boolean covers(RepositoryAddress other) {
        return isOnAnyPortOfThis(other)
                || (server.equals(other.server)
                        && other.repository.startsWith(withoutEnding(path)));
    }

    /// What stands behind the colon must be a port: in `ssh://git.example:22@elsewhere` it is a
    /// password.
    private boolean isOnAnyPortOfThis(RepositoryAddress other) {
        return isSsh()
                && path.isEmpty()
                && other.server.startsWith(server + ":")
                && other.server.chars().skip(server.length() + 1L).allMatch(Character::isDigit);
    }

    public boolean isSsh() {
        return server.startsWith(SSH);
    }

    /// The name of the host, without user and port.
    public String host() {
        return server.replaceFirst("^[^/]*//", "")
                .replaceFirst("^.*@", "")
                .replaceFirst(":[0-9]+$", "");
    }

    /// How much of an address it fixes.
    public int length() {
        return server.length() + path.length();
    }

    private static RepositoryAddress split(String scheme, String rest) {
        int slash = rest.indexOf('/');
        var authority = slash < 0 ? rest : rest.substring(0, slash);
        var path = slash < 0 ? "" : rest.substring(slash).replaceFirst("^/+", "");
        var ownPort =
                switch (scheme) {
                    case "https://" -> ":443";
                    case "http://" -> ":80";
                    case SSH -> ":22";
                    default -> "";
                };
        var server =
                authority.endsWith(ownPort)
                        ? authority.substring(0, authority.length() - ownPort.length())
                        : authority;
        return new RepositoryAddress(
                scheme + server, path, withoutEnding(path.replaceFirst("/+$", "")));
    }

    private static String withoutEnding(String path) {
        return path.endsWith(ENDING) ? path.substring(0, path.length() - ENDING.length()) : path;
    }
}
