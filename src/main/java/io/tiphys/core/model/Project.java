package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The bounds of a group of Applications, as an AppProject sets them.
///
/// @param sources what they may be made of
/// @param destinations where they may be deployed to
/// @param clusterKinds which resources they may have that are in no namespace
/// @param namespacedKinds which they may have that are
/// @param sourceNamespaces where its Applications may be, beside the control plane's own namespace
/// @param windows when they may be synced
/// @param accounts as whom they are synced, where that is asked for
/// @param orphaned which resources to look for that nobody declares; empty if none
/// @param roles who may do what with them
/// @param ownClustersOnly whether they may use clusters alone that are the project's own
/// @param signatures by whom commits must be signed, by their repositories
public record Project(
        String name,
        List<SourceRule> sources,
        List<DestinationRule> destinations,
        Kinds clusterKinds,
        Kinds namespacedKinds,
        List<NamespaceRule> sourceNamespaces,
        List<SyncWindow> windows,
        List<ServiceAccountRule> accounts,
        Optional<OrphanedResources> orphaned,
        List<ProjectRole> roles,
        boolean ownClustersOnly,
        List<SignaturePolicy> signatures) {

    /// The project of Applications that name none, as Argo CD makes it. It bounds nothing until
    /// somebody changes it.
    public static final Project DEFAULT =
            new Project(
                    "default",
                    List.of(SourceRule.ALL),
                    List.of(DestinationRule.ALL),
                    new Kinds(Optional.of(List.of(ResourceRule.ALL)), List.of()),
                    new Kinds(Optional.empty(), List.of()),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    false,
                    List.of());

    private static final String LEGACY = "signatureKeys";

    /// Which kinds there may be.
    ///
    /// @param permitted empty if nothing is said
    public record Kinds(Optional<List<ResourceRule>> permitted, List<ResourceRule> denied) {

        /// @param otherwise whether a kind may be if nothing is said of any
        public boolean permit(ResourceKey key, boolean otherwise) {
            return permitted.map(it -> ResourceRule.anyMatches(it, key)).orElse(otherwise)
                    && !ResourceRule.anyMatches(denied, key);
        }

        private Kinds and(Kinds more) {
            var both =
                    Stream.of(permitted, more.permitted)
                            .flatMap(Optional::stream)
                            .flatMap(List::stream)
                            .toList();
            return new Kinds(
                    permitted.isEmpty() && both.isEmpty() ? Optional.empty() : Optional.of(both),
                    joined(denied, more.denied));
        }
    }

    /// @param spec of the AppProject
    /// @throws InvalidSpecException with the sentence that its author should read
    public static Project read(String name, Map<String, Object> spec) {
        var fields = new Fields("spec", spec);
        return new Project(
                name,
                fields.strings("sourceRepos").stream()
                        .map(it -> SourceRule.read("spec.sourceRepos", it))
                        .toList(),
                fields.objects("destinations", DestinationRule::read),
                new Kinds(
                        Optional.of(
                                fields.objects(
                                        "clusterResourceWhitelist", ResourceRule::readNamed)),
                        fields.objects("clusterResourceBlacklist", ResourceRule::readNamed)),
                new Kinds(
                        Optional.ofNullable(spec.get("namespaceResourceWhitelist"))
                                .map(
                                        _ ->
                                                fields.objects(
                                                        "namespaceResourceWhitelist",
                                                        ResourceRule::read)),
                        fields.objects("namespaceResourceBlacklist", ResourceRule::read)),
                fields.strings("sourceNamespaces").stream()
                        .map(it -> NamespaceRule.read("spec.sourceNamespaces", it))
                        .toList(),
                fields.objects("syncWindows", SyncWindow::read),
                fields.objects("destinationServiceAccounts", ServiceAccountRule::read),
                Optional.ofNullable(spec.get("orphanedResources"))
                        .map(_ -> OrphanedResources.read(fields.object("orphanedResources"))),
                fields.objects("roles", ProjectRole::read),
                fields.bool("permitOnlyProjectScopedClusters"),
                signatures(fields));
    }

    /// With what a global project adds to it. What that says of signatures, roles, namespaces and
    /// orphaned resources is about its own Applications.
    public Project and(Project global) {
        return new Project(
                name,
                joined(sources, global.sources),
                joined(destinations, global.destinations),
                clusterKinds.and(global.clusterKinds),
                namespacedKinds.and(global.namespacedKinds),
                sourceNamespaces,
                joined(windows, global.windows),
                joined(accounts, global.accounts),
                orphaned,
                roles,
                ownClustersOnly,
                signatures);
    }

    /// With more that its Applications may be made of.
    public Project withSources(List<SourceRule> more) {
        return new Project(
                name,
                joined(sources, more),
                destinations,
                clusterKinds,
                namespacedKinds,
                sourceNamespaces,
                windows,
                accounts,
                orphaned,
                roles,
                ownClustersOnly,
                signatures);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /// Argo CD's older `signatureKeys` are a policy for every repository.
    private static List<SignaturePolicy> signatures(Fields spec) {
        var policies = new ArrayList<SignaturePolicy>();
        var keys =
                spec.objects(
                        LEGACY, it -> Signers.gpgKey(it.where() + ".keyID", it.string("keyID")));
        if (!keys.isEmpty()) {
            policies.add(SignaturePolicy.everywhere(keys));
        }
        var integrity = spec.object("sourceIntegrity");
        if (!keys.isEmpty() && integrity.tree().get("git") != null) {
            throw new InvalidSpecException(
                    "spec.signatureKeys and spec.sourceIntegrity.git exclude each other: move the"
                            + " keys into a policy");
        }
        policies.addAll(integrity.object("git").objects("policies", SignaturePolicy::read));
        return List.copyOf(policies);
    }
}
