package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.KustomizeOptions;
import io.tiphys.core.model.Source;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.MemoryFolder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KustomizationFilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final KustomizeOptions EVERYTHING =
            KustomizeOptions.parse("", "--enable-helm --load-restrictor LoadRestrictionsNone");

    private final MemoryFolder root = new MemoryFolder();
    private final MemoryRemotes remotes = new MemoryRemotes();

    @Test
    void everything_that_a_kustomization_can_name_is_taken_and_nothing_else() {
        root.with(
                "app/kustomization.yaml",
                """
                resources: [plain.yaml, ../base]
                bases: [../old]
                components: [../part]
                crds: [crd.json]
                configurations: [fields.yaml]
                openapi: {path: schema.json}
                patches: [{path: patch.yaml}, {patch: "{}"}]
                patchesJson6902: [{path: ops.json, target: {kind: A}}]
                patchesStrategicMerge: [merge.yaml, "kind: A\\nmetadata: {name: unused.yaml}"]
                replacements: [{path: replace.yaml}, {source: {kind: A}}]
                configMapGenerator: [{files: [a.txt, key=b.txt], envs: [c.env], env: d.env}]
                secretGenerator: [{files: [e.txt]}]
                generators: [generator.yaml, "kind: G\\nfiles: [f.txt]"]
                transformers: [plugins]
                validators: [validator.yaml]
                """);
        root.with("base/kustomization.yml", "resources: [deep/one.yaml]");
        root.with("old/Kustomization", "namePrefix: a");
        root.with("part/kustomization.yaml", "patches: [{path: p.yaml}]");
        root.with("app/generator.yaml", "kind: G\nenvs: [g.env]\npath: gone.yaml");
        root.with("app/plugins/kustomization.yaml", "resources: [t.yaml]");
        root.with("app/plugins/t.yaml", "{kind: T, path: t-patch.yaml, paths: [u.yaml]}");
        root.with("app/validator.yaml", "kind: List\nitems: [{replacements: [{path: v.yaml}]}]");
        var named =
                List.of(
                        "app/a.txt",
                        "app/b.txt",
                        "app/c.env",
                        "app/crd.json",
                        "app/d.env",
                        "app/e.txt",
                        "app/f.txt",
                        "app/fields.yaml",
                        "app/g.env",
                        "app/merge.yaml",
                        "app/ops.json",
                        "app/patch.yaml",
                        "app/plain.yaml",
                        "app/replace.yaml",
                        "app/schema.json",
                        "app/t-patch.yaml",
                        "app/u.yaml",
                        "app/v.yaml",
                        "base/deep/one.yaml",
                        "part/p.yaml");
        named.forEach(it -> root.with(it, ""));
        var needed = new ArrayList<>(root.files().keySet());
        root.with("app/unused.yaml", "").with("base/deep/two.yaml", "").with("other/a.yaml", "");

        assertThat(taken("app").paths()).containsExactlyElementsOf(needed);
    }

    @Test
    void a_link_to_a_base_is_taken_with_the_base() {
        root.with("app/kustomization.yaml", "resources: [base, a.yaml]");
        root.withLink("app/base", "../real")
                .withLink("app/a.yaml", "b.yaml")
                .with("app/b.yaml", "");
        root.with("real/kustomization.yaml", "resources: [../real/c.yaml]").with("real/c.yaml", "");

        assertThat(taken("app").paths()).containsExactlyElementsOf(root.files().keySet());
    }

    @Test
    void a_link_out_of_the_repository_is_refused() {
        root.with("app/kustomization.yaml", "resources: [a.yaml]");
        root.withLink("app/a.yaml", "../../etc/passwd");

        assertThatThrownBy(() -> taken("app"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("app/a.yaml")
                .hasMessageContaining("out of the repository");
    }

    @Test
    void what_was_not_there_is_one_of_the_grounds() {
        root.with("app/kustomization.yaml", "resources: [../base]").with("app/a.yaml", "");
        root.with("base/kustomization.yaml", "{}");
        var files = files(root, KustomizeOptions.NONE);
        var start = files.start("app");
        files.named().exists("app", "../part");
        files.addAll("app", start, start);

        assertThat(files.named().grounds().orElseThrow())
                .containsOnlyKeys("app", "base", "part")
                .containsEntry("part", "");
    }

    @Test
    void a_hundred_thousand_resources_are_refused() {
        root.with("app/a.yaml", "");
        root.with("app/kustomization.yaml", "resources:\n" + "- a.yaml\n".repeat(100_000));

        assertThatThrownBy(() -> taken("app"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("more than 50000");
    }

    @Test
    void plugins_that_build_plugins_are_looked_at_within_bounds() {
        var all = IntStream.range(0, 200).mapToObj("../%d"::formatted).toList();
        IntStream.range(0, 200)
                .forEach(
                        it ->
                                root.with(
                                        it + "/kustomization.yaml",
                                        "{resources: %s, transformers: %s}".formatted(all, all)));

        assertThatThrownBy(() -> taken("0"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("more than");
    }

    /// Whatever strangers write: files, or a sentence for the author.
    @Test
    void no_kustomization_breaks_it() {
        for (int seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            var files = new MemoryFolder();
            for (var folder : List.of("a", "a/b", "c")) {
                var document = random.nextInt(20) == 0 ? value(random, 0) : tree(random, 0);
                files.with(folder + "/kustomization.yaml", garbled(json(document), random));
                files.with(folder + "/x.yaml", json(tree(random, 1)));
            }
            remotes.repository("https://h/o/r", "HEAD")
                    .with("b/kustomization.yaml", json(tree(random, 0)));
            remotes.file("https://h/x.yaml", json(tree(random, 1)));
            files.withLink("a/link", List.of("../c", "..", "link", "../../..").get(seed % 4));
            try {
                var closure = files(files, seed % 2 == 0 ? KustomizeOptions.NONE : EVERYTHING);
                var start = closure.start("a");
                var options = Source.read("seed " + seed, options(random)).options().orElseThrow();
                var edited =
                        KustomizationEdit.of(
                                start,
                                (Source.Kustomize) options,
                                it -> closure.named().exists("a", it));
                closure.addAll("a", start, edited);
                assertThat(closure.named().files().paths()).contains("a/kustomization.yaml");
            } catch (ManifestFailure forTheAuthor) {
                assertThat(forTheAuthor).message().isNotBlank();
            }
        }
    }

    private static final List<String> NAMES =
            List.of(
                    "resources",
                    "bases",
                    "components",
                    "patches",
                    "patchesStrategicMerge",
                    "configMapGenerator",
                    "generators",
                    "transformers",
                    "replacements",
                    "openapi",
                    "images",
                    "labels",
                    "commonLabels",
                    "replicas",
                    "path",
                    "files",
                    "envs",
                    "env",
                    "items",
                    "pairs",
                    "name",
                    "Resources",
                    "helmCharts",
                    "helmGlobals",
                    "helmChartInflationGenerator",
                    "chartHome",
                    "valuesFile",
                    "repo",
                    "version");

    private static final List<String> TEXTS =
            List.of(
                    "",
                    ".",
                    "..",
                    "../c",
                    "b",
                    "../a",
                    "x.yaml",
                    "../x.yaml",
                    "gone",
                    "/",
                    "a=b",
                    "=",
                    "link",
                    "link/x.yaml",
                    "../../..",
                    "kind: A\npath: x.yaml",
                    "a: b",
                    "{",
                    "*",
                    "\0",
                    "&a",
                    "https://h/r",
                    "https://h/o/r//b",
                    "../$h-o-r-head/b",
                    "https://h/x.yaml",
                    "k=x.yaml",
                    "ü/\n",
                    "nginx:1@x",
                    "true",
                    "~");

    private static Map<String, Object> options(Random random) {
        return Map.of(
                "repoURL",
                "https://h/r",
                "kustomize",
                Map.of(
                        "images", List.of("nginx:1", "a=*:*"),
                        "commonLabels", Map.of("a", "b"),
                        "labelWithoutSelector", random.nextBoolean(),
                        "forceCommonLabels", random.nextBoolean(),
                        "commonAnnotations", Map.of("name", "b"),
                        "replicas", List.of(Map.of("name", "a", "count", 1)),
                        "patches", List.of(Map.of("path", "x.yaml")),
                        "components", List.of(text(random)),
                        "ignoreMissingComponents", random.nextBoolean()));
    }

    private static Map<String, Object> tree(Random random, int depth) {
        var tree = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            tree.put(NAMES.get(random.nextInt(NAMES.size())), value(random, depth + 1));
        }
        return tree;
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 5 ? 4 : 10)) {
            case 0 -> Double.valueOf(random.nextInt());
            case 1 -> random.nextBoolean();
            case 2, 3 -> text(random);
            case 4, 5 -> tree(random, depth);
            case 6 -> Collections.nCopies(random.nextInt(2_000), text(random));
            case 7 -> Collections.singletonList(null);
            default ->
                    IntStream.range(0, random.nextInt(4))
                            .mapToObj(_ -> value(random, depth + 1))
                            .toList();
        };
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    /// Now and then with a byte of it changed.
    private static String garbled(String text, Random random) {
        if (text.isEmpty() || random.nextInt(10) > 0) {
            return text;
        }
        var bytes = text.getBytes(UTF_8);
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
        return new String(bytes, UTF_8);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private FileSet taken(String folder) {
        var files = files(root, KustomizeOptions.NONE);
        var start = files.start(folder);
        files.addAll(folder, start, start);
        return files.named().files();
    }

    private KustomizationFiles files(MemoryFolder root, KustomizeOptions options) {
        return remotes.namedBy(root, options);
    }
}
