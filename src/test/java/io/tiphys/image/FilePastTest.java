package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.FileText;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.TakenBack.Naming;
import io.tiphys.image.TargetEdit.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilePastTest {

    private static final String PATH = "values.yaml";

    private static final Edit EDIT =
            new Edit.Values(
                    ImageList.parse(Map.of(ImageList.IMAGE_LIST, "web=registry.local/web:1.x"))
                            .images()
                            .getFirst());

    private final List<Text> texts = new ArrayList<>();

    /// @param text null where there was no such file
    private record Text(String author, @Nullable String text) {}

    @Test
    void what_was_known_before_changes_no_past() {
        var random = new Random(7);
        for (int run = 0; run < 20; run++) {
            texts.clear();
            var files = new PastFiles();
            for (int i = 0; i < 60; i++) {
                var text = new Text("author" + random.nextInt(3), text(random));
                texts.add(text);
                files.was(PATH, text.author, text.text);
                if (text.text != null && random.nextInt(3) == 0) {
                    assertThat(past(files)).isEqualTo(past(anew()));
                }
            }
        }
    }

    @Test
    void of_a_file_that_is_asked_for_again_the_old_texts_are_not_read_again() {
        var files = new PastFiles();
        for (int i = 0; i < 40; i++) {
            files.was(PATH, "author", "image: {tag: \"1.%d\"}\n".formatted(i));
        }
        past(files);
        int read = files.read();

        files.was(PATH, "author", "image: {tag: \"1.40\"}\n");
        var past = past(files);

        assertThat(read).isEqualTo(29);
        assertThat(files.read()).isEqualTo(read);
        assertThat(past).hasSize(30).first().asString().contains("1.40");
    }

    @Test
    void what_could_not_be_read_for_a_while_is_read_again() {
        var files = new PastFiles();
        for (int i = 0; i < 3; i++) {
            files.was(PATH, "author", "image: {tag: \"1.%d\"}\n".formatted(i));
        }
        files.unreachable(true);
        assertThat(past(files)).hasSize(1);

        files.unreachable(false);

        assertThat(past(files)).hasSize(3);
    }

    private static @Nullable String text(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> "image: [no values\n";
            case 2 -> "image: {}\n";
            default -> "image: {tag: \"1.%d\"}\n".formatted(random.nextInt(9));
        };
    }

    private PastFiles anew() {
        var files = new PastFiles();
        texts.forEach(it -> files.was(PATH, it.author, it.text));
        return files;
    }

    /// By whom and by which of its commits, whatever these are called.
    private List<String> past(PastFiles files) {
        var edited = new EditedFiles(files);
        var now = edited.unedited(PATH).orElseGet(() -> new FileText(""));
        return FilePast.of(edited, PATH, now, false, EDIT).stream()
                .map(FilePastTest::described)
                .toList();
    }

    private static String described(Naming naming) {
        return naming.tags() + naming.by().author() + naming.by().commit().replaceAll(".*-", " ");
    }
}
