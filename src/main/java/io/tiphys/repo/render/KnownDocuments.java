package io.tiphys.repo.render;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.Json;
import io.tiphys.repo.Digest;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads streams of documents as [ManifestYaml] does, but of each document that somebody still
/// holds it takes what it was read as before: a commit changes few of an Application's, and to read
/// them all takes most of the time that rendering plain files does.
final class KnownDocuments {

    private static final int MAX = 100_000;

    /// What is shorter on average is no manifest, and nothing is to be gained.
    private static final int SHORTEST = 32;

    /// By the digest of its text. Documents are not changed by anybody.
    private static final Cache<String, Map<String, Object>> KNOWN =
            Caffeine.newBuilder().weakValues().maximumSize(MAX).executor(Runnable::run).build();

    private KnownDocuments() {}

    /// Adds the documents that are not empty, also those before one that cannot be read.
    ///
    /// @param name of the file, for messages
    /// @throws ManifestFailure with file, line and reason
    static void read(String name, String text, List<Object> documents) {
        var found = new ArrayList<Object>();
        if (!isReadByParts(name, text, found)) {
            found.clear();
            ManifestYaml.read(name, text, documents);
        }
        documents.addAll(found);
    }

    /// @return false if only the whole text tells what is wrong with it, and where
    private static boolean isReadByParts(String name, String text, List<Object> documents) {
        // A document that was read before has as many values as characters at most.
        int values = 0;
        try {
            for (var part : parts(text)) {
                var digest = Digest.of(part);
                var known = KNOWN.getIfPresent(digest);
                if (known == null) {
                    var read = new ArrayList<Object>();
                    values += ManifestYaml.read(name, part, read);
                    documents.addAll(read);
                    // What repeats itself by aliases may be longer than its text.
                    if (read.size() == 1
                            && read.getFirst() instanceof Map<?, ?> only
                            && !part.contains("*")) {
                        KNOWN.put(digest, Json.object(only));
                    }
                } else {
                    values += part.length();
                    documents.add(known);
                }
                if (values > ManifestYaml.MAX_VALUES) {
                    return false;
                }
            }
            return true;
        } catch (ManifestFailure somewhere) {
            return false;
        }
    }

    /// The documents of a text, each with the line that begins it. What stands before that line
    /// otherwise, such as a directive, is no document by itself, and the text is read whole then.
    private static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        int begin = 0;
        for (int at = text.indexOf("\n---"); at >= 0; at = text.indexOf("\n---", at + 1)) {
            int behind = at + "\n---".length();
            if (behind == text.length() || " \t\r\n".indexOf(text.charAt(behind)) >= 0) {
                parts.add(text.substring(begin, at + 1));
                begin = at + 1;
            }
        }
        parts.add(text.substring(begin));
        return parts.size() > text.length() / SHORTEST ? List.of(text) : parts;
    }
}
