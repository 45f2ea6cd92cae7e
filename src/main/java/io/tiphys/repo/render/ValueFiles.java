package io.tiphys.repo.render;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tiphys.repo.Folder;
import io.tiphys.repo.Folder.Entry;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds the files that a Helm source names beside its chart, as Argo CD does: by paths from the
/// source's own, or from the repository's root if they begin with `/`, by globs, and by addresses
/// on the web.
///
/// @param root all files of the repository, and those of other sources
/// @param chart the source's path
/// @param remote brings files of other servers
/// @param files takes what is found
record ValueFiles(
        Folder root, String chart, BuildVariables variables, RemoteFolder remote, FileSet files) {

    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
    private static final Pattern REFERENCE = Pattern.compile("\\$(\\w[^/]*)/.*");
    private static final Pattern GLOB = Pattern.compile("(?s).*[*?\\[].*");

    /// The files of a folder come before those of the folders in it; else names say it.
    private static final Comparator<String> FILES_FIRST =
            (one, other) -> {
                var left = one.split("/", -1);
                var right = other.split("/", -1);
                int same = 0;
                while (same < Math.min(left.length, right.length) - 1
                        && left[same].equals(right[same])) {
                    same++;
                }
                boolean file = same == left.length - 1;
                if (file != (same == right.length - 1)) {
                    return file ? -1 : 1;
                }
                return left[same].compareTo(right[same]);
            };

    /// @param field the option that names it, for messages
    /// @return the file's path from the root
    /// @throws ManifestFailure if there is none, or if it may not be read
    String one(String field, String name) {
        return files.addFile(path(field, name)).orElseThrow(() -> missing(field, name));
    }

    /// @param ignoreMissing whether what finds nothing is left out, and not refused; not so for
    ///     addresses, as in Argo CD
    /// @return paths from the root, the weakest first, each once. A file that a glob matches and
    ///     that is named as well stands where it is named
    List<String> all(String field, List<String> names, boolean ignoreMissing) {
        var paths = names.stream().map(name -> path(field, name)).toList();
        var named =
                paths.stream()
                        .filter(it -> !isGlob(it))
                        .map(files::resolve)
                        .collect(Collectors.toSet());
        var all = new LinkedHashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            var path = paths.get(i);
            var found = isGlob(path) ? matches(field, path) : Set.of(path);
            boolean none = true;
            for (var file : found) {
                var real = files.addFile(file);
                none &= real.isEmpty();
                real.filter(it -> !isGlob(path) || !named.contains(it)).ifPresent(all::add);
            }
            if (none && !ignoreMissing) {
                throw missing(field, names.get(i));
            }
        }
        return List.copyOf(all);
    }

    private static ManifestFailure missing(String field, String name) {
        return new ManifestFailure("%s: %s: no such file in the repository".formatted(field, name));
    }

    private String path(String field, String name) {
        var reference = REFERENCE.matcher(name);
        if (reference.matches()) {
            var other = "$" + reference.group(1);
            if (root.folder(other).isPresent()) {
                var path = variables.substituted(name.substring(other.length()));
                return other + "/" + clean(field, path);
            }
            if (!variables.values().containsKey(reference.group(1))) {
                throw new ManifestFailure(
                        "%s: %s: no source has the ref '%s'"
                                .formatted(field, name, reference.group(1)));
            }
        }
        var path = variables.substituted(name);
        if (URL.matches(path)) {
            return remote.add(field, path);
        }
        return clean(field, path.startsWith("/") ? path : chart + "/" + path);
    }

    /// Without `.` and `..`, before any link is followed.
    private static String clean(String field, String path) {
        var clean = new ArrayDeque<String>();
        for (var part : path.split("/", -1)) {
            if (part.equals("..") && clean.pollLast() == null) {
                throw new ManifestFailure(
                        "%s: %s leads out of the repository".formatted(field, path));
            }
            if (!Set.of("", ".", "..").contains(part)) {
                clean.add(part);
            }
        }
        return String.join("/", clean);
    }

    private static boolean isGlob(String path) {
        return GLOB.matches(path);
    }

    private List<String> matches(String field, String glob) {
        var pattern = pattern(field, glob);
        // What comes before the first wildcard is a folder.
        var start =
                glob.substring(0, glob.replaceFirst("(?s)[*?\\[{\\\\].*", "").lastIndexOf('/') + 1);
        var folder = files.resolve(start);
        return root.folder(folder).stream()
                .flatMap(it -> it.entries(true).stream())
                .map(Entry::path)
                .map(it -> start + it)
                .filter(pattern::matches)
                .sorted(FILES_FIRST)
                .toList();
    }

    /// `*` and `?` match inside of one name, `**` as a name any number of folders.
    private static Pattern pattern(String field, String glob) {
        var regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            boolean starts = i == 0 || glob.charAt(i - 1) == '/';
            if (starts && glob.startsWith("**/", i)) {
                regex.append("(?:[^/]+/)*");
                i += 2;
            } else if (starts && glob.substring(i).equals("**")) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[' && glob.indexOf(']', i + 2) > 0) {
                int end = glob.indexOf(']', i + 2);
                var set = glob.substring(i + 1, end);
                boolean not = set.startsWith("!") || set.startsWith("^");
                var members = Pattern.quote(not ? set.substring(1) : set).replace("\\-", "-");
                regex.append(not ? "[^/" : "[").append(members).append(']');
                i = end;
            } else if (c == '{' && glob.indexOf('}', i) > 0) {
                braces++;
                regex.append("(?:");
            } else if (c == '}' && braces > 0) {
                braces--;
                regex.append(')');
            } else if (c == ',' && braces > 0) {
                regex.append('|');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException malformed) {
            throw new ManifestFailure("%s: %s is no glob".formatted(field, glob));
        }
    }
}
