package io.tiphys.core.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What Argo CD's ConfigMap `argocd-cm` says of the tools that render.
///
/// @param off those that are not used: what is for them counts as plain files, and
///     [Source.Type#DIRECTORY] stands for Jsonnet alone
/// @param buildOptions of Kustomize, by the entries' keys, as they were written: a mistake concerns
///     those alone who are rendered with it
/// @param valueFileSchemes what the addresses of Helm's value files may begin with, in lower case
///     and without a colon
public record ToolSettings(
        Set<Source.Type> off, Map<String, String> buildOptions, Set<String> valueFileSchemes) {

    /// What counts where there is no such ConfigMap.
    public static final ToolSettings DEFAULT =
            new ToolSettings(Set.of(), Map.of(), Set.of("https", "http"));

    private static final String BUILD_OPTIONS = "kustomize.buildOptions";
    private static final String VALUE_FILE_SCHEMES = "helm.valuesFileSchemes";

    private static final Map<String, Source.Type> ENABLING =
            Map.of(
                    "helm.enable", Source.Type.HELM,
                    "kustomize.enable", Source.Type.KUSTOMIZE,
                    "jsonnet.enable", Source.Type.DIRECTORY);

    /// @param entries of the ConfigMap
    public static ToolSettings read(Map<String, String> entries) {
        var off = EnumSet.noneOf(Source.Type.class);
        var buildOptions = new TreeMap<String, String>();
        entries.forEach(
                (key, value) -> {
                    // Only one word switches a tool on that is spoken of.
                    if (ENABLING.containsKey(key) && !value.isEmpty() && !value.equals("true")) {
                        off.add(ENABLING.get(key));
                    }
                    if (key.startsWith(BUILD_OPTIONS)) {
                        buildOptions.put(key, value);
                    }
                });
        var schemes =
                entries.containsKey(VALUE_FILE_SCHEMES)
                        ? schemes(entries.get(VALUE_FILE_SCHEMES))
                        : DEFAULT.valueFileSchemes;
        return new ToolSettings(Set.copyOf(off), Map.copyOf(buildOptions), schemes);
    }

    private static Set<String> schemes(String list) {
        return Arrays.stream(list.split(","))
                .map(it -> it.strip().toLowerCase(Locale.ROOT))
                .filter(it -> !it.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean isOn(Source.Type type) {
        return !off.contains(type);
    }

    /// What Kustomize is told.
    ///
    /// @param version that the source names, which may have options of its own; empty if it names
    ///     none
    /// @throws InvalidSpecException that names the option that is not allowed, or not understood
    public KustomizeOptions kustomize(String version) {
        var own = BUILD_OPTIONS + "." + version;
        var key = buildOptions.containsKey(own) ? own : BUILD_OPTIONS;
        return KustomizeOptions.parse(key, buildOptions.getOrDefault(key, ""));
    }
}
