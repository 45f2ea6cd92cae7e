package io.tiphys.core.policy;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.DestinationRule;
import io.tiphys.core.model.GlobRule;
import io.tiphys.core.model.NamespaceRule;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SourceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides what the Applications of a project may be made of, where they may be, where they may be
/// deployed to and what they may have there, by Argo CD's rules and in its words.
///
/// Of a list with `!` nothing may be denied, and something must permit. In Argo CD a rule with `!`
/// permits all that it does not deny as well; here it does so only where no rule is without one.
public final class ProjectRules {

    private ProjectRules() {}

    /// What is wrong with an Application.
    ///
    /// @param application with the sources that it is to be made of
    public static List<String> problems(
            Project project, Application application, DestinationCluster cluster) {
        var problems = new ArrayList<String>();
        for (var source : application.sources().all()) {
            if (!permitsSource(project, source.repoUrl())) {
                problems.add(
                        "application repo %s is not permitted in project '%s'"
                                .formatted(source.repoUrl(), project.name()));
            }
        }
        var destination = application.destination();
        if (!permitsDestination(project, cluster, destination.namespace())) {
            problems.add(
                    "application destination server '%s' and namespace '%s' do not match any of the allowed destinations in project '%s'"
                            .formatted(
                                    destination.name().isEmpty()
                                            ? cluster.server()
                                            : cluster.name(),
                                    destination.namespace(),
                                    project.name()));
        }
        return List.copyOf(problems);
    }

    /// Why an Application may not name a project from where it is; empty if it may.
    ///
    /// @param controlPlane the namespace from which every project may be named
    public static Optional<String> stranger(
            Project project, ApplicationId application, String controlPlane) {
        boolean mayBe =
                application.namespace().equals(controlPlane)
                        || NamespaceRule.anyMatches(
                                project.sourceNamespaces(), application.namespace());
        return mayBe
                ? Optional.empty()
                : Optional.of(
                        "application '%s' in namespace '%s' is not permitted to use project '%s'"
                                .formatted(
                                        application.name(),
                                        application.namespace(),
                                        project.name()));
    }

    /// Why a resource may not be; empty if it may.
    ///
    /// @param key in a namespace if its kind has them
    public static Optional<String> refusal(
            Project project, DestinationCluster cluster, ResourceKey key) {
        boolean namespaced = !key.namespace().isEmpty();
        boolean kind =
                namespaced
                        ? project.namespacedKinds().permit(key, true)
                        : project.clusterKinds().permit(key, false);
        if (!kind) {
            return Optional.of(
                    "resource %s:%s is not permitted in project %s"
                            .formatted(key.group(), key.kind(), project.name()));
        }
        return namespaced && !permitsDestination(project, cluster, key.namespace())
                ? Optional.of(
                        "namespace %s is not permitted in project '%s'"
                                .formatted(key.namespace(), project.name()))
                : Optional.empty();
    }

    /// @param url as an Application spells it. Where rules are for parts of hosts, one that the
    ///     host may understand as another is of none of them
    static boolean permitsSource(Project project, String url) {
        var rules = project.sources();
        var spelled = SourceRule.normalized(url);
        var canonical = RepositoryUrl.canonical(url);
        boolean denied =
                rules.stream()
                        .filter(it -> it.spelled().denies())
                        .anyMatch(
                                it ->
                                        it.spelled().names(spelled)
                                                || it.canonical().names(canonical));
        if (denied) {
            return false;
        }
        if (rules.contains(SourceRule.ALL)) {
            return true;
        }
        boolean onlyDenies = rules.stream().allMatch(it -> it.spelled().denies());
        return !rules.isEmpty()
                && !SourceIntegrity.isMisleading(url.strip())
                && (onlyDenies
                        || rules.stream()
                                .map(SourceRule::spelled)
                                .filter(it -> !it.denies())
                                .anyMatch(it -> it.names(spelled)));
    }

    /// @param namespace empty for what is in none
    static boolean permitsDestination(
            Project project, DestinationCluster cluster, String namespace) {
        var rules = project.destinations();
        if (rules.stream().anyMatch(it -> denies(it, cluster, namespace))) {
            return false;
        }
        boolean own = cluster.isOf(project.name(), namespace);
        if (project.ownClustersOnly() && !cluster.project().equals(project.name())) {
            return false;
        }
        boolean onlyDenies = rules.stream().allMatch(DestinationRule::denies);
        return own
                || rules.stream()
                        .filter(it -> onlyDenies || !it.denies())
                        .anyMatch(it -> admits(it, cluster, namespace));
    }

    private static boolean admits(
            DestinationRule rule, DestinationCluster cluster, String namespace) {
        boolean byServer = rule.server().admits(cluster.server());
        boolean byName = !cluster.name().isEmpty() && rule.name().admits(cluster.name());
        return (byServer || byName) && rule.namespace().admits(namespace);
    }

    private static boolean denies(
            DestinationRule rule, DestinationCluster cluster, String namespace) {
        boolean byName = deniesText(rule.name(), cluster.name());
        boolean byServer =
                deniesText(rule.server(), cluster.server()) && rule.namespace().admits(namespace);
        boolean byNamespace =
                deniesText(rule.namespace(), namespace)
                        && (rule.server().admits(cluster.server())
                                || rule.name().admits(cluster.name()));
        return byName || byServer || byNamespace;
    }

    private static boolean deniesText(GlobRule rule, String text) {
        return rule.denies() && rule.names(text);
    }
}
