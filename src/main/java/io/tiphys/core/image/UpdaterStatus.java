package io.tiphys.core.image;

import io.tiphys.core.model.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the status of an [ImageUpdater] says, in the words that its users know from Argo CD Image
/// Updater. Each function gives the next status from the one before; where nothing is new it is the
/// same.
public final class UpdaterStatus {

    /// Newer ones push out older ones.
    private static final int MOST_UPDATES = 20;

    /// So long a message the schema permits; what does not fit is counted.
    private static final int MOST_PROBLEMS = 20;

    private static final int LONGEST_PROBLEM = 500;

    /// Beyond Argo CD Image Updater: whether tags could be written.
    private static final String WRITTEN = "Written";

    /// Between what was to be written and why it was not.
    private static final String REFUSAL = ": ";
    private static final String SIGNED = "ImagesSigned";

    private UpdaterStatus() {}

    /// What is known of a resource.
    ///
    /// @param invalid why it is not followed at all; empty if it is
    /// @param applications that follow it
    /// @param images that they want kept current
    /// @param problems that keep some of that from being done
    public record Findings(
            Optional<String> invalid, int applications, int images, List<String> problems) {}

    /// An image's new tag in an Application.
    ///
    /// @param proposal where it is proposed, and not yet made; empty if it is made
    public record Update(String alias, String image, String from, String to, String proposal) {

        public Update(String alias, String image, String from, String to) {
            this(alias, image, from, to, "");
        }

        /// @param where in words
        public Update proposed(String where) {
            return new Update(alias, image, from, to, where);
        }

        private String message() {
            var change =
                    from.isEmpty() ? "to %s".formatted(to) : "from %s to %s".formatted(from, to);
            return proposal.isEmpty()
                    ? "Updated %s.".formatted(change)
                    : "Proposed %s: %s.".formatted(change, proposal);
        }
    }

    /// @param generation of the resource, as its object has it
    public static Map<String, Object> found(
            Map<String, Object> before, Object generation, Findings findings, Instant now) {
        var status = new LinkedHashMap<>(before);
        status.put("observedGeneration", generation);
        status.put("applicationsMatched", findings.applications());
        status.put("imagesManaged", findings.images());
        var words = words(findings);
        var conditions = new ArrayList<Object>();
        conditions.add(condition(before, generation, words.ready(), now));
        conditions.add(
                condition(
                        before,
                        generation,
                        new Words(
                                "Reconciling",
                                false,
                                "Idle",
                                "What is to be done is done as soon as something changes."),
                        now));
        conditions.add(condition(before, generation, words.error(), now));
        refusals(before).ifPresent(conditions::add);
        // What was found by another specification does not count for this one.
        if (Long.valueOf(Json.number(before, 0, "observedGeneration"))
                .equals(Json.number(status, 0, "observedGeneration"))) {
            known(before, SIGNED).ifPresent(conditions::add);
        }
        status.put("conditions", conditions);
        return status;
    }

    /// After the signature of an image was looked for.
    ///
    /// @param image by which its problem is found again
    /// @param problem empty if it is signed as it must be
    public static Map<String, Object> signed(
            Map<String, Object> before, String image, Optional<String> problem, Instant now) {
        var known = known(before, SIGNED);
        var others =
                known.stream()
                        .filter(it -> Json.string(it, "status").equals("False"))
                        .flatMap(it -> Json.string(it, "message").lines())
                        .filter(it -> !it.startsWith(image + ": "))
                        .toList();
        var problems =
                Stream.concat(
                                problem
                                        .map(it -> image + ": " + it.replaceAll("\\s+", " "))
                                        .stream(),
                                others.stream())
                        .limit(MOST_PROBLEMS)
                        .toList();
        if (problems.isEmpty() && known.isEmpty()) {
            return before;
        }
        var words =
                problems.isEmpty()
                        ? new Words(SIGNED, true, "Signed", "What was looked at is signed.")
                        : new Words(SIGNED, false, "NotSigned", all(problems));
        var conditions = new ArrayList<>(Json.array(before, "conditions"));
        known.ifPresent(conditions::remove);
        var generation = Json.number(before, 0, "observedGeneration");
        conditions.add(condition(before, generation, words, now));
        return Json.with(before, conditions, "conditions");
    }

    private static Optional<Object> known(Map<String, Object> status, String type) {
        return Json.array(status, "conditions").stream()
                .filter(it -> Json.string(it, "type").equals(type))
                .findFirst();
    }

    /// After registries were asked which tags there are.
    public static Map<String, Object> checked(Map<String, Object> before, Instant now) {
        return Json.with(before, time(now), "lastCheckedAt");
    }

    /// After a tag could not be written.
    ///
    /// @param what the Application and its image
    public static Map<String, Object> refused(
            Map<String, Object> before, String what, String reason, Instant now) {
        var others = new ArrayList<>(refusalsBut(before, what));
        others.addFirst(what + REFUSAL + reason.replaceAll("\\s+", " "));
        return withRefusals(before, others, now);
    }

    /// After what had been in the way no longer was.
    ///
    /// @param what as in [#refused]
    public static Map<String, Object> taken(Map<String, Object> before, String what, Instant now) {
        return refusals(before).isEmpty()
                ? before
                : withRefusals(before, refusalsBut(before, what), now);
    }

    private static Optional<Map<String, Object>> refusals(Map<String, Object> status) {
        return Json.array(status, "conditions").stream()
                .filter(it -> Json.string(it, "type").equals(WRITTEN))
                .map(it -> Json.object(it))
                .findFirst();
    }

    private static List<String> refusalsBut(Map<String, Object> status, String what) {
        return refusals(status)
                .filter(it -> Json.string(it, "status").equals("False"))
                .map(it -> Json.string(it, "message"))
                .orElse("")
                .lines()
                .filter(it -> !it.startsWith(what + REFUSAL))
                .toList();
    }

    private static Map<String, Object> withRefusals(
            Map<String, Object> before, List<String> refusals, Instant now) {
        var kept = refusals.stream().limit(MOST_PROBLEMS).toList();
        var words =
                kept.isEmpty()
                        ? new Words(WRITTEN, true, "WriteSucceeded", "Nothing is in the way.")
                        : new Words(WRITTEN, false, "WriteFailed", all(kept));
        var conditions = new ArrayList<>(Json.array(before, "conditions"));
        conditions.removeIf(it -> Json.string(it, "type").equals(WRITTEN));
        conditions.add(condition(before, Json.number(before, 0, "observedGeneration"), words, now));
        return Json.with(before, conditions, "conditions");
    }

    /// After a tag was written.
    public static Map<String, Object> updated(
            Map<String, Object> before, Update update, Instant now) {
        var others = new ArrayList<>(Json.array(before, "recentUpdates"));
        var same =
                others.stream()
                        .filter(
                                it ->
                                        Json.string(it, "alias").equals(update.alias())
                                                && Json.string(it, "image").equals(update.image())
                                                && Json.string(it, "newVersion")
                                                        .equals(update.to()))
                        .findFirst();
        same.ifPresent(others::remove);
        var entry = new LinkedHashMap<String, Object>();
        entry.put("alias", update.alias());
        entry.put("image", update.image());
        entry.put("newVersion", update.to());
        entry.put(
                "applicationsUpdated",
                1 + same.map(it -> (int) Json.number(it, 0, "applicationsUpdated")).orElse(0));
        entry.put("updatedAt", time(now));
        entry.put("message", update.message());
        others.addFirst(entry);
        var status = new LinkedHashMap<>(before);
        status.put("recentUpdates", others.stream().limit(MOST_UPDATES).toList());
        status.put("lastUpdatedAt", time(now));
        return status;
    }

    private record Words(String type, boolean holds, String reason, String message) {}

    private record Pair(Words ready, Words error) {}

    private static Pair words(Findings findings) {
        if (findings.invalid().isPresent()) {
            var problem = findings.invalid().get();
            return new Pair(
                    new Words("Ready", false, "ReconcileFailed", "Not followed: " + problem),
                    new Words("Error", true, "ReconcileError", problem));
        }
        var kept =
                "Applications: %d. Images that are kept current: %d."
                        .formatted(findings.applications(), findings.images());
        return findings.problems().isEmpty()
                ? new Pair(
                        new Words("Ready", true, "ReconcileSucceeded", kept),
                        new Words("Error", false, "NoErrors", "There is nothing to mend."))
                : new Pair(
                        new Words("Ready", true, "ReconcileCompletedWithErrors", kept),
                        new Words("Error", true, "PartialErrors", all(findings.problems())));
    }

    private static String all(List<String> problems) {
        var text = new StringBuilder();
        problems.stream()
                .limit(MOST_PROBLEMS)
                .map(it -> it.substring(0, Math.min(it.length(), LONGEST_PROBLEM)))
                .forEach(it -> text.append(text.isEmpty() ? "" : "\n").append(it));
        int more = problems.size() - MOST_PROBLEMS;
        return more > 0 ? "%s\nand %d more".formatted(text, more) : text.toString();
    }

    /// Its time is that since when it holds, or does not.
    private static Map<String, Object> condition(
            Map<String, Object> before, Object generation, Words words, Instant now) {
        var known = known(before, words.type());
        var holds = words.holds() ? "True" : "False";
        var since =
                known.filter(it -> Json.string(it, "status").equals(holds))
                        .map(it -> Json.string(it, "lastTransitionTime"))
                        .filter(it -> !it.isEmpty())
                        .orElseGet(() -> time(now));
        var condition = new LinkedHashMap<String, Object>();
        condition.put("type", words.type());
        condition.put("status", holds);
        condition.put("observedGeneration", generation);
        condition.put("lastTransitionTime", since);
        condition.put("reason", words.reason());
        condition.put("message", words.message());
        return condition;
    }

    private static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
