package io.tiphys.core.image;

import com.google.re2j.Pattern;
import io.tiphys.core.image.CommitStyle.Change;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a request is to say. Its text ends with what it proposes, image by image: by that a closed
/// one is known for a no to these tags, whatever became of its branch.
///
/// @param labels that it is to have, beside those that people give it
/// @param merges whether the host is to merge it by itself
public record PullRequestDraft(String title, String body, Set<String> labels, boolean merges) {

    private static final String RULE = "\n\n---\n";

    private static final String END =
            RULE + "Closed without being merged, it holds these until there are newer tags:\n";

    private static final String SUPERSEDED =
            RULE + "Closed, as nothing of it is left to be done in the branch that it was for.";

    private static final Pattern ITEM = Pattern.compile("(?m)^- `([^`\\s]+)`\\s*$");

    private static final Pattern TRAILER = Pattern.compile("[A-Za-z0-9-]+: .+");

    /// More a list of what is proposed may not take of a text.
    private static final int SHARE = 2;

    public PullRequestDraft {
        labels = Set.copyOf(labels);
    }

    /// @param message of the commit: its first line is the title
    /// @param changes that are proposed
    public static PullRequestDraft of(
            String message, List<Change> changes, WriteBackPlan.Proposal proposal) {
        var kind = proposal.repository().kind();
        var text = message.strip();
        int line = text.indexOf('\n');
        var title = line < 0 ? text : text.substring(0, line).strip();
        var end = end(items(changes), kind.longestBody() / SHARE);
        return new PullRequestDraft(
                cut(title, kind.longestTitle()),
                cut(line < 0 ? "" : text.substring(line).strip(), kind.longestBody() - end.length())
                        + end,
                new LinkedHashSet<>(proposal.labels()),
                proposal.merges());
    }

    /// What changes propose, one way of saying it for each image and tag.
    public static Set<String> items(List<Change> changes) {
        var items = new LinkedHashSet<String>();
        changes.forEach(it -> items.add(it.image() + ":" + it.to()));
        return items;
    }

    /// What a request proposes by its own words.
    static Set<String> items(String body) {
        var text = body.replace("\r\n", "\n");
        int at = text.lastIndexOf(END.strip());
        var items = new LinkedHashSet<String>();
        if (at >= 0) {
            var item = ITEM.matcher(text.substring(at));
            while (item.find()) {
                items.add(item.group(1));
            }
        }
        return items;
    }

    /// What a request says when nothing of it is left to be done: it holds no tags then.
    public static String superseded(String body) {
        var text = body.replace("\r\n", "\n");
        int at = text.lastIndexOf(END.strip());
        return (at < 0 ? text : text.substring(0, at)).strip() + SUPERSEDED;
    }

    private static String end(Set<String> items, int longest) {
        var end = new StringBuilder(END);
        for (var item : items) {
            if (end.length() + item.length() > longest) {
                break;
            }
            end.append("- `").append(item).append("`\n");
        }
        return end.toString().stripTrailing();
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        boolean within = Character.isHighSurrogate(text.charAt(longest - 1));
        return text.substring(0, within ? longest - 1 : longest);
    }

    /// What a commit says that is pushed to where people review it, and that is known by an id
    /// there.
    ///
    /// @param message of the commit otherwise
    public static String reviewed(String message, String id) {
        var text = message.strip();
        int last = text.lastIndexOf("\n\n");
        boolean trailers = last > 0 && text.substring(last + 2).lines().allMatch(TRAILER::matches);
        return text + (trailers ? "\n" : "\n\n") + "Change-Id: I" + id + "\n";
    }

    /// Each image's change as a whole, where it is made in two steps: what was proposed before is
    /// made anew, and then more.
    public static List<Change> merged(List<Change> changes) {
        record Place(String namespace, String application, String alias, String image) {}
        var places = new LinkedHashMap<Place, Map<String, Change>>();
        for (var change : changes) {
            var steps =
                    places.computeIfAbsent(
                            new Place(
                                    change.namespace(),
                                    change.application(),
                                    change.alias(),
                                    change.image()),
                            _ -> new LinkedHashMap<>());
            var before = steps.remove(change.from());
            steps.put(
                    change.to(),
                    before == null
                            ? change
                            : new Change(
                                    change.namespace(),
                                    change.application(),
                                    change.image(),
                                    change.alias(),
                                    before.from(),
                                    change.to()));
        }
        return places.values().stream().flatMap(it -> it.values().stream()).toList();
    }
}
