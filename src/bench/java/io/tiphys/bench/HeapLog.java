package io.tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How full a service's heap was after collections of all of it, as its JVM logs them. After one of
/// a part, what lies dead in the other parts counts as well.
record HeapLog(Path file) {

    private static final Pattern COLLECTION =
            Pattern.compile("\\[(\\d+)ms.*Pause Full.* \\d+M->(\\d+)M\\(.*");

    /// @param atMillis as `System.currentTimeMillis()` counts
    record Sample(long atMillis, int megabytes) {}

    /// The flag that makes a JVM write it.
    String flag() {
        return "-Xlog:gc:file=%s:timemillis:filecount=0".formatted(file);
    }

    List<Sample> between(long fromMillis, long toMillis) throws IOException {
        return Files.readAllLines(file).stream()
                .map(COLLECTION::matcher)
                .filter(Matcher::matches)
                .map(it -> new Sample(Long.parseLong(it.group(1)), Integer.parseInt(it.group(2))))
                .filter(it -> it.atMillis >= fromMillis && it.atMillis < toMillis)
                .toList();
    }
}
