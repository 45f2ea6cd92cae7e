package io.tiphys.core.sync;

import io.tiphys.core.sync.SyncPlan.Task;
import io.tiphys.core.sync.SyncPlan.Wave;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chooses what is only tried out before a wave is written, and judges what the API server says of
/// it.
public final class Trial {

    private static final int CONFLICT = 409;
    private static final int INVALID = 422;
    private static final int TOO_MANY = 429;

    private Trial() {}

    /// What is tried out before a group of a wave is done: all of the wave, once, when its
    /// namespaces are there. What is of a kind that the wave itself brings or changes cannot be,
    /// and what is new and alone need not: refused, it leaves nothing half done.
    static List<Task> of(Wave wave, List<Task> group, Predicate<Task> done) {
        var tasks = wave.tasks().filter(it -> !isNamespace(it)).toList();
        boolean begun = tasks.stream().anyMatch(done);
        // What is there may be changed in two steps: others' fields are taken over first.
        boolean lone = tasks.size() == 1 && !wave.there().contains(tasks.getFirst().key());
        if (begun || lone || group.stream().allMatch(Trial::isNamespace)) {
            return List.of();
        }
        var brought = kindsBroughtBy(wave.tasks());
        return wave.tasks()
                .filter(it -> !(it instanceof Task.Prune) && !isNamespace(it))
                .filter(done.negate())
                .filter(it -> !brought.contains(Definitions.kind(it.type())))
                .toList();
    }

    /// Whether one of the tasks makes or changes the definition of another's kind.
    public static boolean bringKindOf(Collection<Task> tasks, Task task) {
        return kindsBroughtBy(tasks.stream()).contains(Definitions.kind(task.type()));
    }

    private static Set<String> kindsBroughtBy(Stream<Task> tasks) {
        return tasks.filter(Task.Apply.class::isInstance)
                .map(Task.Apply.class::cast)
                .map(it -> Definitions.defined(it.type(), it.manifest().object()))
                .collect(Collectors.toSet());
    }

    private static boolean isNamespace(Task task) {
        return task instanceof Task.Apply
                && task.key().kind().equals("Namespace")
                && task.key().group().isEmpty();
    }

    /// Whether it says that the resource would be refused. What it cannot say now (it is busy, a
    /// webhook does not answer or knows no dry runs) is left for the write to show, and so is what
    /// it misses of that which the same wave is to make.
    ///
    /// @param code the HTTP status; 0 if there was no answer
    /// @param trials all that is tried out together
    public static boolean refuses(int code, String message, Collection<Task> trials) {
        boolean denied = message.contains("denied the request");
        boolean saysNothing = code < 400 || code >= 500 || code == CONFLICT || code == TOO_MANY;
        return (denied || !saysNothing)
                && !message.contains("does not support dry run")
                && !missesOneOf(trials, code, message);
    }

    /// What is invalid names fields, not other resources.
    private static boolean missesOneOf(Collection<Task> trials, int code, String message) {
        return code != INVALID
                && (message.contains("not found") || message.contains("not exist"))
                && trials.stream().anyMatch(it -> message.contains('"' + it.key().name() + '"'));
    }
}
