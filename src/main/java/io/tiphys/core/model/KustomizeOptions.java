package io.tiphys.core.model;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `kustomize build` is told for all Applications, by `kustomize.buildOptions` of Argo CD's
/// ConfigMap `argocd-cm`. Only what is read here reaches the tool: whoever may write there, or into
/// a repository, must not start programs with it.
///
/// @param anyFile whether a kustomization may read files of its repository beside its own folder
/// @param helm whether it may have charts
/// @param order of the objects
/// @param managedByLabel whether all objects get the label `app.kubernetes.io/managed-by`
/// @param kubeVersion for charts, in place of the destination's; empty for that
/// @param apiVersions the same
public record KustomizeOptions(
        boolean anyFile,
        boolean helm,
        Order order,
        boolean managedByLabel,
        String kubeVersion,
        List<String> apiVersions) {

    public static final KustomizeOptions NONE = parse("kustomize.buildOptions", "");

    private static final String PROGRAMS = "a repository could have its own programs run";

    /// What is refused, and why.
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry("enable-alpha-plugins", PROGRAMS),
                    Map.entry("enable-exec", PROGRAMS),
                    Map.entry("enable-star", PROGRAMS),
                    Map.entry("as-current-user", PROGRAMS),
                    Map.entry("network", PROGRAMS),
                    Map.entry("network-name", PROGRAMS),
                    Map.entry("mount", PROGRAMS),
                    Map.entry("env", PROGRAMS),
                    Map.entry("e", PROGRAMS),
                    Map.entry("helm-command", "Helm is the one that renders all charts"),
                    Map.entry("helm-debug", "it would show what charts are made of"),
                    Map.entry("output", "objects go nowhere else"),
                    Map.entry("o", "objects go nowhere else"));

    private static final Pattern VERSION = Pattern.compile("v?[0-9]+(\\.[0-9]+)*[-+.0-9A-Za-z]*");
    private static final Pattern API = Pattern.compile("[-.,/0-9A-Za-z]+");

    /// Of objects.
    public enum Order {
        /// That which the kustomization asks for, else Kustomize's own.
        UNSAID(""),
        LEGACY("legacy"),
        NONE("none");

        private final String option;

        Order(String option) {
            this.option = option;
        }

        /// As the tool has it; empty if it is not told.
        public String option() {
            return option;
        }
    }

    /// @param key that it is the entry of, for messages
    /// @param text options as on a command line, without quotes
    /// @throws InvalidSpecException that names the option that is not allowed, or not understood
    public static KustomizeOptions parse(String key, String text) {
        var words = new ArrayList<>(Arrays.asList(text.strip().split("\\s+", -1)));
        words.removeIf(String::isEmpty);
        boolean anyFile = false;
        boolean helm = false;
        var order = Order.UNSAID;
        boolean managedByLabel = false;
        var kubeVersion = "";
        var apiVersions = new ArrayList<String>();
        while (!words.isEmpty()) {
            var option = Option.take(key, words);
            switch (option.name()) {
                case "load-restrictor" ->
                        anyFile =
                                option.oneOf("LoadRestrictionsRootOnly", "LoadRestrictionsNone")
                                        == 1;
                case "enable-helm" -> helm = option.flag();
                case "enable-managedby-label" -> managedByLabel = option.flag();
                case "reorder" ->
                        order =
                                option.oneOf(Order.LEGACY.option(), Order.NONE.option()) == 0
                                        ? Order.LEGACY
                                        : Order.NONE;
                case "helm-kube-version" -> kubeVersion = option.matching(VERSION);
                case "helm-api-versions" -> apiVersions.add(option.matching(API));
                default ->
                        throw option.failure(
                                Optional.ofNullable(REFUSED.get(option.name()))
                                        .map(it -> "is not allowed: " + it)
                                        .orElse("is not known"));
            }
        }
        return new KustomizeOptions(
                anyFile, helm, order, managedByLabel, kubeVersion, List.copyOf(apiVersions));
    }

    /// One option, read from the front of the words.
    ///
    /// @param written as its author did, without its value
    /// @param given its value behind an equals sign
    /// @param rest the words that come after it, of which the first may be its value
    private record Option(
            String key, String written, String name, Optional<String> given, List<String> rest) {

        static Option take(String key, List<String> words) {
            var word = words.removeFirst();
            int equals = word.indexOf('=');
            var written = equals < 0 ? word : word.substring(0, equals);
            var given =
                    equals < 0 ? Optional.<String>empty() : Optional.of(word.substring(equals + 1));
            var option = new Option(key, written, written.replaceFirst("^--?", ""), given, words);
            if (!written.startsWith("-")) {
                throw option.failure("is no option");
            }
            return option;
        }

        boolean flag() {
            return given.isEmpty() || oneOf("false", "true") == 1;
        }

        int oneOf(String... values) {
            int index = List.of(values).indexOf(value());
            if (index < 0) {
                throw failure("must be one of " + String.join(", ", values));
            }
            return index;
        }

        String matching(Pattern pattern) {
            var value = value();
            if (!pattern.matches(value)) {
                throw failure("has a value that is none");
            }
            return value;
        }

        private String value() {
            if (given.isPresent()) {
                return given.get();
            }
            if (rest.isEmpty()) {
                throw failure("needs a value");
            }
            return rest.removeFirst();
        }

        InvalidSpecException failure(String problem) {
            return new InvalidSpecException(
                    "argocd-cm: %s: %s %s"
                            .formatted(
                                    key,
                                    written.substring(0, Math.min(written.length(), 100)),
                                    problem));
        }
    }
}
