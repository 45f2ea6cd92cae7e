package io.tiphys.core.image;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which tags are considered at all, before anybody asks whether they are versions: those that
/// `allow-tags` finds and no `ignore-tags` pattern matches.
public record TagFilter(Optional<Pattern> allowed, List<Pattern> ignored) {

    private static final String REGEXP = "regexp:";

    public TagFilter {
        ignored = List.copyOf(ignored);
    }

    /// Reads the two settings; empty ones allow everything and ignore nothing.
    static TagFilter parse(String allowTags, List<String> ignoreTags) {
        return new TagFilter(
                allowed(allowTags.strip()), ignoreTags.stream().map(Glob::compile).toList());
    }

    boolean allows(String tag) {
        return allowed.map(pattern -> pattern.matcher(tag).find()).orElse(true);
    }

    boolean ignores(String tag) {
        return ignored.stream().anyMatch(pattern -> pattern.matches(tag));
    }

    private static Optional<Pattern> allowed(String allowTags) {
        if (allowTags.isEmpty() || allowTags.equalsIgnoreCase("any")) {
            return Optional.empty();
        }
        if (!allowTags.toLowerCase(Locale.ROOT).startsWith(REGEXP)) {
            throw new InvalidTagFilterException(
                    "allow-tags must be 'any' or start with 'regexp:', and is '%s'"
                            .formatted(allowTags));
        }
        try {
            return Optional.of(Pattern.compile(allowTags.substring(REGEXP.length())));
        } catch (PatternSyntaxException wrong) {
            throw new InvalidTagFilterException(
                    "allow-tags holds no valid regular expression: " + wrong.getMessage());
        }
    }
}
