package io.tiphys.support;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tiphys.core.model.Annotations;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A real API server to test on, chosen with `-Dtiphys.test.cluster=kubeconfig` and `KUBECONFIG`.
public record GivenCluster(Path kubeconfig) {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Labels the namespace of a service that a test has started.
    private static final String TEST = "tiphys.test";

    private static final String NO_FINALIZERS = "{\"metadata\": {\"finalizers\": null}}";

    private static @Nullable Tiphys owner;

    /// @return empty if tests run on a sandbox
    public static Optional<GivenCluster> chosen() {
        return switch (System.getProperty("tiphys.test.cluster", "sandbox")) {
            case "sandbox" -> Optional.empty();
            case "kubeconfig" -> {
                var file = System.getenv("KUBECONFIG");
                if (file == null || file.isBlank()) {
                    throw new IllegalStateException(
                            "tiphys.test.cluster=kubeconfig needs KUBECONFIG");
                }
                yield Optional.of(new GivenCluster(Path.of(file).toAbsolutePath()));
            }
            case String other ->
                    throw new IllegalStateException(
                            "tiphys.test.cluster is sandbox or kubeconfig, not " + other);
        };
    }

    /// Two services would both keep the Applications of one cluster: the one before is killed, and
    /// what it left goes.
    void giveTo(Tiphys service) {
        if (owner != service) {
            if (owner != null) {
                owner.kill();
            }
            clear();
            owner = service;
        }
    }

    /// Takes away what an earlier test's service left: its Applications, their namespaces, its own
    /// and what it deployed to the namespace `default`.
    ///
    /// @throws IllegalStateException if the service there was not a test's
    private void clear() {
        var config = Config.fromKubeconfig(new File(kubeconfig.toString()));
        try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
            var argocd = client.namespaces().withName("argocd").get();
            if (argocd != null) {
                if (!"yes".equals(argocd.getMetadata().getLabels().get(TEST))) {
                    throw new IllegalStateException(
                            "The namespace argocd of that cluster is not a test's: it stays, and"
                                    + " nothing is tested");
                }
                var namespaces = giveUpApplications(client);
                clearDefault(client);
                namespaces.forEach(it -> client.namespaces().withName(it).delete());
                for (var gone : namespaces) {
                    await().atMost(PATIENCE)
                            .until(() -> client.namespaces().withName(gone).get() == null);
                }
            }
            client.resource(
                            new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName("argocd")
                                    .addToLabels(TEST, "yes")
                                    .endMetadata()
                                    .build())
                    .create();
        }
    }

    /// Nobody is there to do what their finalizers wait for.
    ///
    /// @return the namespaces that they were in and that they deployed to, and the service's
    private static Set<String> giveUpApplications(KubernetesClient client) {
        var namespaces = new HashSet<>(Set.of("argocd"));
        var applications = client.genericKubernetesResources("argoproj.io/v1alpha1", "Application");
        for (var application : applications.inAnyNamespace().list().getItems()) {
            namespaces.add(application.getMetadata().getNamespace());
            String destination = application.get("spec", "destination", "namespace");
            if (destination != null) {
                namespaces.add(destination);
            }
            applications
                    .inNamespace(application.getMetadata().getNamespace())
                    .withName(application.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), NO_FINALIZERS);
        }
        // A cluster's own.
        namespaces.removeIf(it -> it.equals("default") || it.startsWith("kube-"));
        return namespaces;
    }

    private static void clearDefault(KubernetesClient client) {
        for (var kind :
                List.of(
                        client.apps().deployments(),
                        client.batch().v1().jobs(),
                        client.configMaps(),
                        client.services())) {
            for (HasMetadata resource : kind.inNamespace("default").list().getItems()) {
                if (resource.getMetadata().getAnnotations().containsKey(Annotations.TRACKING_ID)) {
                    client.resource(resource)
                            .patch(PatchContext.of(PatchType.JSON_MERGE), NO_FINALIZERS);
                    client.resource(resource).delete();
                }
            }
        }
    }
}
