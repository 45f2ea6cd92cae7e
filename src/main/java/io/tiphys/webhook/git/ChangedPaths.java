package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEventFaults;
import io.tiphys.webhook.PayloadReader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// The files that the commits of a push touch, as far as its payload lists them.
final class ChangedPaths {

    /// A longer list of paths would make a record that the broker refuses. The rest is left out,
    /// and the list is then incomplete.
    private static final int MAX_PATHS = 10_000;

    private static final int MAX_PATH_CHARACTERS = 96 * 1024;

    private static final int LISTS_OF_A_COMMIT = 3;

    private final SequencedSet<String> paths = new LinkedHashSet<>();
    private int commits;
    private int characters;
    private boolean everyFileListed = true;

    /// Takes the array of commits, each with the lists `added`, `modified` and `removed`.
    void read(PayloadReader json) {
        Fields.array(json, () -> commit(json));
    }

    List<String> paths() {
        return List.copyOf(paths);
    }

    int commits() {
        return commits;
    }

    boolean isComplete() {
        return everyFileListed && commits > 0;
    }

    private void commit(PayloadReader json) {
        commits++;
        var lists = new int[1];
        json.object(
                name -> {
                    switch (name) {
                        case "added", "modified", "removed" -> {
                            if (!json.isNull()) {
                                lists[0]++;
                                json.array(() -> add(json.string()));
                            }
                        }
                        default -> {
                            // Of no interest.
                        }
                    }
                });
        everyFileListed &= lists[0] == LISTS_OF_A_COMMIT;
    }

    private void add(String path) {
        boolean isFull =
                paths.size() == MAX_PATHS || characters + path.length() > MAX_PATH_CHARACTERS;
        if (isFull || !GitEventFaults.isPath(path)) {
            everyFileListed = false;
        } else if (paths.add(path)) {
            characters += path.length();
        }
    }
}
