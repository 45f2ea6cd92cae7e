package io.tiphys.repo.git;

import io.tiphys.core.model.Glob;
import io.tiphys.core.model.InvalidSpecException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Whose keys of SSH may sign commits, by lines as OpenSSH has them (`ssh-keygen(1)`, "ALLOWED
/// SIGNERS"). A line that cannot be read allows nobody; the others count. Keys that an authority
/// signed are not known. Times without a zone are UTC.
///
/// @param keys by their fingerprints
/// @param problems one a line that cannot be read
record AllowedSigners(Map<String, List<Key>> keys, List<String> problems) {

    /// What Git signs for.
    static final String NAMESPACE = "git";

    private static final int MAX_LINES = 10_000;

    /// The longest key takes a tenth of it.
    private static final int MAX_LINE = 20_000;

    /// What is between spaces, except where these stand between quotes.
    private static final Pattern FIELD = Pattern.compile("(?:[^\\s\"]++|\"[^\"]*+\")++");

    private static final Pattern OPTION =
            Pattern.compile("([a-z-]++)(?:=\"([^\"]*+)\")?+(?:,|$)", Pattern.CASE_INSENSITIVE);

    private static final Pattern TYPE = Pattern.compile("(?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]+");

    private static final Pattern TIME =
            Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)(?:(\\d\\d)(\\d\\d)(\\d\\d)?)?Z?");

    /// @param principals whom the key belongs to, as the line has it
    record Key(String principals, Instant validAfter, Instant validBefore) {

        boolean isValidAt(Instant time) {
            return !time.isBefore(validAfter) && !time.isAfter(validBefore);
        }
    }

    static AllowedSigners of(String text) {
        var keys = new HashMap<String, List<Key>>();
        var problems = new ArrayList<String>();
        var lines = text.lines().limit(MAX_LINES).toList();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    read(line, keys);
                } catch (InvalidSpecException unreadable) {
                    var reason = String.valueOf(unreadable.getMessage());
                    problems.add("line %d: %s".formatted(i + 1, SignedObject.shortened(reason)));
                }
            }
        }
        return new AllowedSigners(keys, problems);
    }

    /// What is known of a key, as it was at a time.
    Optional<Key> find(String fingerprint, Instant time) {
        var known = keys.getOrDefault(fingerprint, List.of());
        return known.stream().filter(it -> it.isValidAt(time)).findFirst();
    }

    /// Why a key does not count.
    String whyNot(String fingerprint) {
        if (keys.containsKey(fingerprint)) {
            return "signed with a key at a time when it was not valid";
        }
        return "signed with key not among the allowed signers"
                + (problems.isEmpty()
                        ? ""
                        : ", of which lines cannot be read: "
                                + SignedObject.shortened(problems.toString()));
    }

    private static void read(String line, Map<String, List<Key>> keys) {
        if (line.length() > MAX_LINE) {
            throw new InvalidSpecException("is too long");
        }
        var fields = FIELD.matcher(line).results().map(it -> it.group()).toList();
        boolean hasOptions = fields.size() > 1 && !TYPE.matcher(fields.get(1)).matches();
        int type = hasOptions ? 2 : 1;
        if (fields.size() < type + 2 || !TYPE.matcher(fields.get(type)).matches()) {
            throw new InvalidSpecException("is not: principals, options, type of key, key");
        }
        var options = hasOptions ? options(fields.get(1)) : Map.<String, String>of();
        if (options.containsKey("cert-authority")) {
            throw new InvalidSpecException("cert-authority is not known here: list the keys");
        }
        var fingerprint = fingerprint(decoded(fields.get(type + 1)));
        if (countsForGit(options.getOrDefault("namespaces", NAMESPACE))) {
            keys.computeIfAbsent(fingerprint, _ -> new ArrayList<>())
                    .add(
                            new Key(
                                    fields.getFirst().replace("\"", ""),
                                    time(options, "valid-after", Instant.MIN),
                                    time(options, "valid-before", Instant.MAX)));
        }
    }

    private static Map<String, String> options(String text) {
        var options = new HashMap<String, String>();
        var option = OPTION.matcher(text);
        int end = 0;
        while (end < text.length() && option.find(end) && option.start() == end) {
            var name = option.group(1).toLowerCase(Locale.ROOT);
            options.put(name, Optional.ofNullable(option.group(2)).orElse(""));
            end = option.end();
        }
        var known = List.of("cert-authority", "namespaces", "valid-after", "valid-before");
        if (end < text.length() || !known.containsAll(options.keySet())) {
            throw new InvalidSpecException(
                    "the options '%s' are not of %s"
                            .formatted(text, known.stream().collect(Collectors.joining(", "))));
        }
        return options;
    }

    private static boolean countsForGit(String namespaces) {
        var patterns = Arrays.stream(namespaces.split(",")).map(String::strip).toList();
        return patterns.stream().anyMatch(AllowedSigners::meansGit)
                && patterns.stream()
                        .filter(it -> it.startsWith("!"))
                        .noneMatch(it -> meansGit(it.substring(1)));
    }

    private static boolean meansGit(String pattern) {
        return new Glob("namespaces", pattern).matches(NAMESPACE);
    }

    private static Instant time(Map<String, String> options, String name, Instant otherwise) {
        var text = options.get(name);
        if (text == null) {
            return otherwise;
        }
        var time = TIME.matcher(text);
        if (time.matches()) {
            try {
                return LocalDateTime.of(
                                number(time, 1),
                                number(time, 2),
                                number(time, 3),
                                number(time, 4),
                                number(time, 5),
                                number(time, 6))
                        .toInstant(ZoneOffset.UTC);
            } catch (DateTimeException noSuchDay) {
                throw wrongTime(name, text);
            }
        }
        throw wrongTime(name, text);
    }

    private static int number(Matcher time, int group) {
        return time.group(group) == null ? 0 : Integer.parseInt(time.group(group));
    }

    private static InvalidSpecException wrongTime(String name, String text) {
        return new InvalidSpecException(
                "%s=\"%s\" is no time such as 20260131 or 202601311200Z".formatted(name, text));
    }

    private static byte[] decoded(String key) {
        try {
            return Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException noBase64) {
            throw new InvalidSpecException("the key is not in base64");
        }
    }

    /// As `ssh-keygen -l` prints it.
    static String fingerprint(byte[] key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
