package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Which kinds are looked at, and on which clusters: `resource.exclusions` and
/// `resource.inclusions` of Argo CD's ConfigMap `argocd-cm`.
///
/// @param inclusions of which a kind must match one, if there are any
/// @param exclusions of which it must match none
public record ResourceFilter(List<Rule> inclusions, List<Rule> exclusions) {

    private static final String INCLUSIONS = "resource.inclusions";
    private static final String EXCLUSIONS = "resource.exclusions";

    /// What Argo CD leaves out whatever is said: kinds that change all the time and that nobody
    /// declares.
    private static final List<Rule> ALWAYS =
            List.of(
                    rule(List.of("events.k8s.io", "metrics.k8s.io"), List.of("*")),
                    rule(List.of(""), List.of("Event")));

    /// The exclusions of the ConfigMap that Argo CD is installed with, where the key is absent.
    private static final List<Rule> USUAL =
            List.of(
                    rule(List.of("", "discovery.k8s.io"), List.of("Endpoints", "EndpointSlice")),
                    rule(List.of("coordination.k8s.io"), List.of("Lease")),
                    rule(
                            List.of("authentication.k8s.io", "authorization.k8s.io"),
                            List.of(
                                    "SelfSubjectReview",
                                    "TokenReview",
                                    "LocalSubjectAccessReview",
                                    "SelfSubjectAccessReview",
                                    "SelfSubjectRulesReview",
                                    "SubjectAccessReview")),
                    rule(List.of("certificates.k8s.io"), List.of("CertificateSigningRequest")),
                    rule(List.of("cert-manager.io"), List.of("CertificateRequest")),
                    rule(
                            List.of("cilium.io"),
                            List.of("CiliumIdentity", "CiliumEndpoint", "CiliumEndpointSlice")),
                    rule(
                            List.of("kyverno.io", "reports.kyverno.io", "wgpolicyk8s.io"),
                            List.of(
                                    "PolicyReport",
                                    "ClusterPolicyReport",
                                    "EphemeralReport",
                                    "ClusterEphemeralReport",
                                    "AdmissionReport",
                                    "ClusterAdmissionReport",
                                    "BackgroundScanReport",
                                    "ClusterBackgroundScanReport",
                                    "UpdateRequest")));

    public static final ResourceFilter DEFAULT = new ResourceFilter(List.of(), USUAL);

    /// Kinds of some groups on some clusters. Where a list is empty, it stands for all.
    public record Rule(List<Glob> groups, List<Glob> kinds, List<Glob> clusters) {

        private boolean matches(String group, String kind, String server) {
            return any(groups, group) && any(kinds, kind) && any(clusters, server);
        }

        private static boolean any(List<Glob> globs, String text) {
            return globs.isEmpty() || globs.stream().anyMatch(it -> it.matches(text));
        }
    }

    /// @param entries of the ConfigMap
    /// @throws InvalidSpecException naming the entry that cannot be read
    public static ResourceFilter read(Map<String, String> entries) {
        return new ResourceFilter(
                rules(entries, INCLUSIONS),
                entries.containsKey(EXCLUSIONS) ? rules(entries, EXCLUSIONS) : USUAL);
    }

    /// Whether a kind is left out.
    ///
    /// @param server address of the cluster
    public boolean excludes(String group, String kind, String server) {
        return matchesAny(ALWAYS, group, kind, server)
                || matchesAny(exclusions, group, kind, server)
                || (!inclusions.isEmpty() && !matchesAny(inclusions, group, kind, server));
    }

    private static boolean matchesAny(List<Rule> rules, String group, String kind, String server) {
        return rules.stream().anyMatch(it -> it.matches(group, kind, server));
    }

    private static List<Rule> rules(Map<String, String> entries, String key) {
        var rules = new ArrayList<Rule>();
        for (var tree : list(entries.getOrDefault(key, ""), key)) {
            if (!(tree instanceof Map<?, ?>)) {
                throw new InvalidSpecException(key + " must be a list of objects");
            }
            rules.add(
                    new Rule(
                            globs(tree, key, "apiGroups"),
                            globs(tree, key, "kinds"),
                            globs(tree, key, "clusters")));
        }
        return List.copyOf(rules);
    }

    private static List<?> list(String text, String key) {
        try {
            return switch (new Load(LoadSettings.builder().build()).loadFromString(text)) {
                case null -> List.of();
                case List<?> list -> list;
                default -> throw new InvalidSpecException(key + " must be a list");
            };
        } catch (YamlEngineException malformed) {
            throw new InvalidSpecException(
                    "%s is no YAML: %s".formatted(key, malformed.getMessage()));
        }
    }

    private static List<Glob> globs(Object tree, String key, String field) {
        var globs = new ArrayList<Glob>();
        for (var text : Json.array(tree, field)) {
            if (!(text instanceof String glob)) {
                throw new InvalidSpecException("%s: %s must be texts".formatted(key, field));
            }
            globs.add(new Glob(key, glob));
        }
        return List.copyOf(globs);
    }

    private static Rule rule(List<String> groups, List<String> kinds) {
        return new Rule(globs(groups), globs(kinds), List.of());
    }

    private static List<Glob> globs(List<String> texts) {
        return texts.stream().map(it -> new Glob(EXCLUSIONS, it)).toList();
    }
}
