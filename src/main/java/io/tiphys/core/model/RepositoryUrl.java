package io.tiphys.core.model;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The address of a Git repository in one canonical spelling, so that the same repository named in
/// a webhook and in an Application compares equal whatever the transport.
///
/// `https://user@GitHub.com/Org/Repo.git/`, `ssh://git@github.com/Org/Repo` and
/// `git@github.com:Org/Repo.git` are all `github.com/org/repo`. Letter case is dropped, as Argo CD
/// does, because hosts do not tell repositories apart by it. A port is kept unless it is the
/// scheme's own.
public final class RepositoryUrl {

    private RepositoryUrl() {}

    /// Never fails: text that is no URL is its own canonical form, lower-cased. Credentials are
    /// never part of it.
    public static String canonical(String url) {
        var text = url.strip().toLowerCase(Locale.ROOT);
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            text = address(text.substring(0, scheme), text.substring(scheme + "://".length()));
        } else if (isScpForm(text)) {
            int colon = text.indexOf(':');
            text = address("ssh", text.substring(0, colon) + "/" + text.substring(colon + 1));
        }
        text = trimSlashes(text);
        return text.endsWith(".git") ? text.substring(0, text.length() - ".git".length()) : text;
    }

    /// Whether it is a host's repository in the spelling that [#canonical] gives: with a scheme
    /// before it, it comes out the same. What stands behind a colon must be a port; the form for
    /// SSH has a path there.
    public static boolean isCanonical(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.equals(canonical("other://" + text))) {
            return false;
        }
        var host = text.substring(0, slash);
        int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
        return colon < 0
                || (colon + 1 < host.length()
                        && host.chars().skip(colon + 1L).allMatch(it -> it >= '0' && it <= '9'));
    }

    /// The address of a submodule, which may be relative to that of the repository that has it:
    /// then it begins with `./` or `../`, and as in Git the latter leaves the repository itself.
    ///
    /// @param parent the address of the repository that has it, on the web or of SSH
    /// @param url as `.gitmodules` has it
    /// @return empty if it leads above all repositories of the host
    public static Optional<String> ofSubmodule(String parent, String url) {
        if (!url.startsWith("./") && !url.startsWith("../")) {
            return Optional.of(url);
        }
        int scheme = parent.indexOf("://");
        int start = scheme < 0 ? parent.indexOf(':') : parent.indexOf('/', scheme + "://".length());
        int host = start < 0 ? parent.length() : start;
        var path = new ArrayDeque<String>();
        Arrays.stream(parent.substring(host).replaceFirst("^:", "").split("/", -1))
                .filter(part -> !part.isEmpty())
                .forEach(path::add);
        for (var part : url.split("/", -1)) {
            if (part.equals("..") && path.pollLast() == null) {
                return Optional.empty();
            }
            if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                path.add(part);
            }
        }
        var root = scheme >= 0 ? "/" : parent.startsWith("/", host + 1) ? ":/" : ":";
        return Optional.of(parent.substring(0, host) + root + String.join("/", path));
    }

    /// `user@host:path`, as `git` takes it for SSH.
    private static boolean isScpForm(String text) {
        int colon = text.indexOf(':');
        int slash = text.indexOf('/');
        return colon > 0 && (slash < 0 || colon < slash);
    }

    /// By hand: hosts with an underscore and much else that works as an address is no URI.
    private static String address(String scheme, String rest) {
        int slash = rest.indexOf('/');
        var authority = slash < 0 ? rest : rest.substring(0, slash);
        var path = slash < 0 ? "" : rest.substring(slash);
        var host = authority.substring(authority.lastIndexOf('@') + 1);
        var ownPort = ownPort(scheme);
        if (!ownPort.isEmpty() && host.endsWith(ownPort)) {
            host = host.substring(0, host.length() - ownPort.length());
        }
        return host + "/" + trimSlashes(path);
    }

    /// As it would stand behind a host; empty if the scheme has none.
    private static String ownPort(String scheme) {
        return switch (scheme) {
            case "https" -> ":443";
            case "http" -> ":80";
            case "ssh" -> ":22";
            default -> "";
        };
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
