package io.tiphys.repo.render;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// What a tool said of its failure, as an Application's author should read it: the same after every
/// run, and no longer than a condition should be.
final class Said {

    static final int MAX_LENGTH = 2000;

    /// What went wrong is at the end, except where a program has crashed.
    private static final int HEAD = 600;

    private static final String GAP = "\n…\n";

    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");

    /// Control characters, and those that turn the direction of writing.
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]");

    /// Kustomize makes folders for Helm, and says how it ran that.
    private static final Pattern NUMBERED = Pattern.compile("(?<=/kustomize-helm-)\\d+");

    private Said() {}

    /// @param folders whose paths are taken out, the innermost first: names become relative
    static String shortened(String said, Path... folders) {
        var text = UNSEEN.matcher(COLOURS.matcher(said).replaceAll("")).replaceAll("");
        for (var folder : folders) {
            text = text.replace(folder + "/", "").replace(folder.toString(), ".");
        }
        text = NUMBERED.matcher(text).replaceAll("…").strip();
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        var tail = text.length() - (MAX_LENGTH - HEAD - GAP.length());
        return text.substring(0, HEAD) + GAP + text.substring(tail);
    }
}
