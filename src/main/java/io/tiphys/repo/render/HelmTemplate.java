package io.tiphys.repo.render;

import io.tiphys.core.model.Source.Helm;
import io.tiphys.repo.ManifestFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// One call of `helm template`: what a source's options come to.
///
/// @param values that the Application has itself: stronger than files, weaker than parameters
/// @param set values by name, of the types that they look like
/// @param setString the same, always text
/// @param setFile files by name, as paths from the repository's root
/// @param apiVersions none if the chart does not ask for them
record HelmTemplate(
        String release,
        String namespace,
        String kubeVersion,
        List<String> apiVersions,
        List<String> valueFiles,
        String values,
        Map<String, String> set,
        Map<String, String> setString,
        Map<String, String> setFile,
        boolean skipCrds,
        boolean skipTests,
        boolean skipSchemaValidation) {

    /// Linux takes no argument of more bytes, and not many more in all arguments together.
    private static final int MAX_ARGUMENT = 128 * 1024 - 1;

    private static final int MAX_ARGUMENTS = 1500 * 1024;

    /// So many names fit into one argument.
    private static final int NAMES_AT_ONCE = 250;

    private static final Pattern KUBE_VERSION =
            Pattern.compile("\\s*v?((?:0|[1-9][0-9]*)(?:\\.(?:0|[1-9][0-9]*))+).*", Pattern.DOTALL);

    private static final Pattern BARE_COMMA = Pattern.compile("(?<!\\\\),");

    /// The version of Kubernetes as Argo CD hands it to Helm: numbers alone.
    ///
    /// @param field that may have it, for messages
    /// @throws ManifestFailure if it is none
    static String kubeVersion(String field, String version) {
        if (version.isEmpty()) {
            return "";
        }
        var numbers = KUBE_VERSION.matcher(version);
        if (!numbers.matches()) {
            throw new ManifestFailure(
                    "%skubeVersion: %s is no version of Kubernetes".formatted(field, version));
        }
        return numbers.group(1);
    }

    /// Of parameters with one name the last counts.
    static Map<String, String> set(
            List<Helm.Parameter> parameters, boolean asText, BuildVariables variables) {
        var set = new LinkedHashMap<String, String>();
        parameters.stream()
                .filter(it -> it.forceString() == asText)
                .forEach(it -> set.putLast(it.name(), variables.substituted(it.value())));
        return set;
    }

    /// @param files where the repository's files are
    /// @param ownValues where [#values] are
    /// @throws ManifestFailure if that is more than a process can be told
    List<String> arguments(Path files, Path ownValues) {
        // The name as an option: one that begins with a dash is no option of its own.
        var arguments = new ArrayList<>(List.of("template", ".", "--name-template", release));
        if (!namespace.isEmpty()) {
            arguments.addAll(List.of("--namespace", namespace));
        }
        if (!kubeVersion.isEmpty()) {
            arguments.addAll(List.of("--kube-version", kubeVersion));
        }
        set.forEach((name, value) -> arguments.addAll(List.of("--set", assigned(name, value))));
        setString.forEach(
                (name, value) -> arguments.addAll(List.of("--set-string", assigned(name, value))));
        setFile.forEach(
                (name, file) ->
                        arguments.addAll(
                                List.of("--set-file", assigned(name, "" + files.resolve(file)))));
        valueFiles.forEach(it -> arguments.addAll(List.of("--values", quoted(files.resolve(it)))));
        if (!values.isEmpty()) {
            arguments.addAll(List.of("--values", quoted(ownValues)));
        }
        for (int i = 0; i < apiVersions.size(); i += NAMES_AT_ONCE) {
            var names = apiVersions.subList(i, Math.min(i + NAMES_AT_ONCE, apiVersions.size()));
            arguments.addAll(List.of("--api-versions", String.join(",", names)));
        }
        if (!skipCrds) {
            arguments.add("--include-crds");
        }
        if (skipSchemaValidation) {
            arguments.add("--skip-schema-validation");
        }
        if (skipTests) {
            arguments.add("--skip-tests");
        }
        checkSize(arguments);
        return arguments;
    }

    /// A comma would begin the next assignment, unless the value is a list: `{a,b}`.
    private static String assigned(String name, String value) {
        boolean list = value.startsWith("{") && value.endsWith("}");
        return name + "=" + (list ? value : BARE_COMMA.matcher(value).replaceAll("\\\\,"));
    }

    /// Helm takes a comma for the end of a file's name.
    private static String quoted(Path file) {
        return '"' + file.toString().replace("\"", "\"\"") + '"';
    }

    private static void checkSize(List<String> arguments) {
        long all = 0;
        for (var argument : arguments) {
            int size = argument.getBytes(StandardCharsets.UTF_8).length;
            all += size + Long.BYTES + 1;
            if (size > MAX_ARGUMENT) {
                throw new ManifestFailure(
                        "spec.source.helm: %s is too long to be handed to Helm, whose limit are %d bytes: put it into values"
                                .formatted(start(argument), MAX_ARGUMENT));
            }
        }
        if (all > MAX_ARGUMENTS) {
            throw new ManifestFailure(
                    "Helm cannot be told all parameters, and all API versions that the cluster offers, in %d bytes: name those that the chart asks for in spec.source.helm.apiVersions"
                            .formatted(MAX_ARGUMENTS));
        }
    }

    /// A name, and nothing of a value: that may be a secret.
    private static String start(String assignment) {
        return assignment.substring(0, Math.min(100, Math.max(0, assignment.indexOf('='))));
    }
}
