package io.tiphys.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The resources by which images are kept current, and what they are told.
public record ImageUpdaters(Tiphys tiphys) {

    private static final ResourceDefinitionContext KIND =
            new ResourceDefinitionContext.Builder()
                    .withGroup("argocd-image-updater.argoproj.io")
                    .withVersion("v1alpha1")
                    .withKind("ImageUpdater")
                    .withPlural("imageupdaters")
                    .withNamespaced(true)
                    .build();

    public void delete(String name) {
        resource(name).delete();
    }

    public JsonNode status(String name) {
        return Tiphys.json(Serialization.asJson(resource(name).get())).path("status");
    }

    /// @return nothing if there is none of that type
    public JsonNode condition(String name, String type) {
        var status = status(name);
        for (var condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return status.path("none");
    }

    private Resource<GenericKubernetesResource> resource(String name) {
        return tiphys.cluster()
                .genericKubernetesResources(KIND)
                .inNamespace("argocd")
                .withName(name);
    }

    /// Lets the service ask a registry.
    ///
    /// @param prefixes by which images name it
    /// @return the settings that say so; they and the Secret `registry` are to be deleted
    public ConfigMap allow(OciRegistry registry, String... prefixes) {
        tiphys.repositorySecret(
                "registry", Map.of("creds", OciRegistry.USER + ":" + OciRegistry.PASSWORD));
        var entries =
                Stream.of(prefixes)
                        .map(
                                it ->
                                        """
                                        - name: "%1$s"
                                          prefix: "%1$s"
                                          api_url: http://%2$s
                                          credentials: secret:argocd/registry#creds
                                        """
                                                .formatted(it, registry.host()))
                        .collect(Collectors.joining());
        return tiphys.cluster()
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace("argocd")
                                .withName("argocd-image-updater-config")
                                .endMetadata()
                                .addToData("registries.conf", "registries:\n" + entries)
                                .build())
                .create();
    }
}
