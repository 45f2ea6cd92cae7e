package io.tiphys.repo.render;

import io.tiphys.repo.ManifestFailure;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.UnicodeReader;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/// Reads YAML and JSON as Kubernetes' own tools do: YAML 1.1 (`yes` is true, `0644` is 420), but
/// without its dates and base-60 numbers, which stay text. UTF-8 and UTF-16, with a byte order mark
/// or without.
final class ManifestYaml {

    /// A document that refers to its own parts more often than this is an attack (a "YAML bomb").
    private static final int MAX_ALIASES = 200;

    private static final int MAX_DEPTH = 100;

    /// A file holds fewer values than bytes, unless aliases repeat them. Few aliases of aliases are
    /// enough to make billions: so many more are let pass.
    private static final int MAX_REPEATED_VALUES = 100_000;

    private ManifestYaml() {}

    /// All documents of a file that are not empty.
    ///
    /// @param name of the file, for messages
    /// @throws ManifestFailure with file, line and reason
    static List<Object> documents(String name, byte[] content) {
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(Math.max(1, content.length));
        options.setAllowDuplicateKeys(true);
        var yaml =
                new Yaml(
                        new JsonConstructor(options),
                        new Representer(new DumperOptions()),
                        new DumperOptions(),
                        options,
                        new KubernetesScalars());
        var documents = new ArrayList<Object>();
        var budget = new Budget(content.length + MAX_REPEATED_VALUES);
        try {
            for (var document :
                    yaml.loadAll(new UnicodeReader(new ByteArrayInputStream(content)))) {
                var plain = plain(document, budget);
                if (plain != null) {
                    documents.add(plain);
                }
            }
        } catch (MarkedYAMLException malformed) {
            var mark = malformed.getProblemMark();
            throw new ManifestFailure(
                    "%s: line %d: %s"
                            .formatted(
                                    name,
                                    mark == null ? 1 : mark.getLine() + 1,
                                    malformed.getProblem()));
        } catch (YAMLException malformed) {
            throw new ManifestFailure(name + ": " + malformed.getMessage());
        } catch (StackOverflowError | ClassCastException hostile) {
            throw new ManifestFailure(name + ": the structure of the file cannot be read");
        }
        return documents;
    }

    /// Only what JSON has: keys are text, sets are maps, binaries are gone.
    private static @Nullable Object plain(@Nullable Object node, Budget budget) {
        budget.spend();
        return switch (node) {
            case null -> null;
            case Map<?, ?> map -> {
                var plain = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> plain.put(String.valueOf(key), plain(value, budget)));
                yield plain;
            }
            case Iterable<?> list -> {
                var plain = new ArrayList<Object>();
                list.forEach(value -> plain.add(plain(value, budget)));
                yield plain;
            }
            case String text -> text;
            case Boolean flag -> flag;
            case Double number when number.isNaN() || number.isInfinite() ->
                    throw new YAMLException("infinity and NaN have no JSON form");
            case Number number -> number;
            default -> throw new YAMLException("a value of an unknown type: " + node.getClass());
        };
    }

    private static final class Budget {

        private int left;

        Budget(int values) {
            left = values;
        }

        void spend() {
            if (left-- <= 0) {
                throw new YAMLException("its aliases repeat too much");
            }
        }
    }

    /// Binaries and dates have no JSON form: their tags are as unknown as any other.
    private static final class JsonConstructor extends SafeConstructor {

        JsonConstructor(LoaderOptions options) {
            super(options);
            yamlConstructors.put(Tag.BINARY, undefinedConstructor);
            yamlConstructors.put(Tag.TIMESTAMP, undefinedConstructor);
        }
    }

    private static final class KubernetesScalars extends Resolver {

        private static final Pattern INT =
                Pattern.compile("[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)");
        private static final Pattern NUMBER =
                Pattern.compile(
                        "[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))"
                                + "(?:[eE][-+]?[0-9]+)?");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, NUMBER, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
