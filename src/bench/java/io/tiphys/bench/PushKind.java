package io.tiphys.bench;

import io.tiphys.support.Monorepo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a commit to the monorepo touches, and whom that affects.
enum PushKind {
    ONE_FILE("(a) one file of one", 20),
    SHARED_BASE("(b) a shared base", 5),
    FOLDERS("(c) many folders", 1),
    NOBODY("(d) what nobody uses", 20),
    UNLISTED("(e) one, files not listed", 20);

    private static final int SHARING = 50;
    private static final int MANY = 500;

    private final String title;
    private final int each;

    PushKind(String title, int each) {
        this.title = title;
        this.each = each;
    }

    /// How many in a row make one sample: a few milliseconds of CPU time are as many of the
    /// compiler and the collector, which take theirs now and then.
    int each() {
        return each;
    }

    String title() {
        return title;
    }

    /// What a commit of a number changes. Single ones are chosen among those with no share in the
    /// base.
    ///
    /// @param size how many Applications there are
    Map<String, String> files(int size, int number) {
        var value = "value-" + number;
        int alone = size - 1 - number % Math.max(1, size - SHARING);
        return switch (this) {
            case ONE_FILE, UNLISTED ->
                    Map.of(Monorepo.file(alone, 0), Monorepo.manifest(alone, 0, value));
            case SHARED_BASE -> Map.of(Monorepo.BASE, Monorepo.manifest("limits", value));
            case FOLDERS ->
                    IntStream.range(0, Math.min(MANY, size))
                            .boxed()
                            .collect(
                                    Collectors.toMap(
                                            it -> Monorepo.file(it, 1),
                                            it -> Monorepo.manifest(it, 1, value)));
            case NOBODY -> Map.of(Monorepo.UNUSED, "Nobody deploys " + value + "\n");
        };
    }

    /// Those in whose folder, or in whose share of the base, a file changed.
    static Set<String> affected(List<String> changed, int size) {
        var names = new TreeSet<String>();
        for (var file : changed) {
            if (file.startsWith("base/")) {
                IntStream.range(0, Math.min(SHARING, size)).forEach(it -> names.add(name(it)));
            } else if (file.startsWith("apps/app-")) {
                int number = Integer.parseInt(file.split("/")[1].substring("app-".length()));
                if (number < size) {
                    names.add(name(number));
                }
            }
        }
        return names;
    }

    static String application(int number, String repository) {
        return Samples.application(
                name(number),
                repository,
                Monorepo.folder(number),
                number < SHARING ? ".;/base" : ".",
                false);
    }

    private static String name(int number) {
        return "mono-" + number;
    }
}
