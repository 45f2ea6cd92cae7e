package io.tiphys.core.model;

import com.google.re2j.Pattern;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A folder of a Git repository, as a kustomization names a base or a component that lies
/// elsewhere: `https://host/org/repo//path?ref=v1` and what else Kustomize 5.7 takes for one.
///
/// @param url the repository's address, with the user and password that may stand in it
/// @param path of the folder in it; empty is the root
/// @param ref branch, tag or commit; `HEAD` if none is named
public record RemoteBase(String url, String path, String ref) {

    private static final String SSH = "ssh://";
    private static final List<String> SCHEMES = List.of(SSH, "https://", "http://", "file://");
    private static final String GITHUB = "github.com";
    private static final String AZURE = "_git/";
    private static final String ENDING = ".git";

    /// How long the path of a repository is that nothing marks the end of.
    private static final int SEGMENTS = 2;

    private static final Pattern USER = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*@");
    private static final Pattern WEB = Pattern.compile("(?is)https?://.*");
    private static final Pattern MANIFEST = Pattern.compile("(?is)[^?#]*\\.(ya?ml|json)([?#].*)?");

    /// Where a repository's path ends, and that in it begins.
    private record Split(String repository, String path) {}

    /// @return empty if it is a path, or the address of a file
    public static Optional<RemoteBase> parse(String name) {
        int question = name.indexOf('?');
        var query = question < 0 ? "" : name.substring(question + 1);
        var rest = without("git::", question < 0 ? name : name.substring(0, question));
        if (name.startsWith("/") || isFile(name)) {
            return Optional.empty();
        }
        var beforeScheme = rest;
        var scheme =
                SCHEMES.stream().filter(it -> startsWith(it, beforeScheme)).findFirst().orElse("");
        rest = rest.substring(scheme.length());
        var matched = USER.matcher(rest);
        var user = matched.lookingAt() ? matched.group() : "";
        rest = rest.substring(user.length());
        boolean github = startsWith(GITHUB + "/", rest) || startsWith(GITHUB + ":", rest);
        boolean scp = scheme.isEmpty() && (github || !user.isEmpty());
        if (scheme.isEmpty() && !scp) {
            return Optional.empty();
        }
        int end = endOfHost(rest, scp);
        if (end < 0) {
            return Optional.empty();
        }
        var host = rest.substring(0, end + 1);
        var server =
                !github
                        ? scheme + user + host
                        : scheme.equals(SSH) || !user.isEmpty()
                                ? (user.isEmpty() ? "git@" : user) + GITHUB + ":"
                                : "https://" + GITHUB + "/";
        return split(rest.substring(end + 1))
                .filter(it -> !it.repository().isEmpty() && !leaves(it.path()))
                .map(it -> new RemoteBase(server + it.repository(), it.path(), ref(query)));
    }

    /// Whether it is an address on the web.
    public static boolean isWeb(String name) {
        return WEB.matches(name);
    }

    /// Whether it is the address of a file on the web. Kustomize finds that out by downloading it;
    /// here its name says so.
    public static boolean isFile(String name) {
        return isWeb(name) && MANIFEST.matches(name);
    }

    /// @param scp whether a colon may end it
    private static int endOfHost(String address, boolean scp) {
        int slash = address.indexOf('/');
        int colon = scp ? address.indexOf(':') : -1;
        return slash < 0 || (colon > 0 && colon < slash) ? colon : slash;
    }

    private static Optional<Split> split(String path) {
        int azure = path.indexOf(AZURE);
        int slashes = path.indexOf("//");
        int ending = path.indexOf(ENDING);
        if (azure >= 0) {
            int end = path.indexOf('/', azure + AZURE.length());
            return Optional.of(end < 0 ? new Split(path, "") : at(path, end, end + 1));
        }
        if (slashes >= 0) {
            return Optional.of(at(path, slashes, slashes + 2));
        }
        if (ending >= 0) {
            return Optional.of(at(path, ending + ENDING.length(), ending + ENDING.length()));
        }
        var segments = Arrays.asList(path.split("/", -1));
        return segments.size() < SEGMENTS
                ? Optional.empty()
                : Optional.of(
                        new Split(
                                String.join("/", segments.subList(0, SEGMENTS)),
                                String.join("/", segments.subList(SEGMENTS, segments.size()))));
    }

    private static Split at(String path, int end, int from) {
        var rest = path.substring(from);
        return new Split(path.substring(0, end), rest.startsWith("/") ? rest.substring(1) : rest);
    }

    private static boolean leaves(String path) {
        int depth = 0;
        for (var part : path.split("/", -1)) {
            depth += part.equals("..") ? -1 : part.isEmpty() || part.equals(".") ? 0 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    /// Of `ref` and its older name the first that says something.
    private static String ref(String query) {
        return Optional.of(value(query, "ref"))
                .filter(it -> !it.isEmpty())
                .or(() -> Optional.of(value(query, "version")))
                .filter(it -> !it.isEmpty())
                .orElse("HEAD");
    }

    private static String value(String query, String name) {
        for (var part : query.split("&", -1)) {
            if (part.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(
                            part.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException malformed) {
                    return "";
                }
            }
        }
        return "";
    }

    private static String without(String prefix, String text) {
        return startsWith(prefix, text) ? text.substring(prefix.length()) : text;
    }

    private static boolean startsWith(String prefix, String text) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
