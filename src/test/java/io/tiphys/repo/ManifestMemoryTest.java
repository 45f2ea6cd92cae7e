package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.cache.DiskStores;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/// What remembered manifests take of the heap, by what the heap loses when nothing else is on it.
class ManifestMemoryTest {

    private static final int APPLICATIONS = 10_000;
    private static final long BOUND = 64L << 20;

    private static final String APPLICATION =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: shop-@
              namespace: shop-@
              labels: &labels
                app.kubernetes.io/name: shop-@
                app.kubernetes.io/instance: shop-@-eu
                app.kubernetes.io/version: 1.4.@
              annotations: {example.com/owner: team-@, example.com/runbook: https://wiki/shop/@}
            spec:
              replicas: 3
              revisionHistoryLimit: 5
              strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
              selector: {matchLabels: {app.kubernetes.io/name: shop-@}}
              template:
                metadata: {labels: *labels, annotations: {checksum/config: sum-of-what-is-in-@}}
                spec:
                  serviceAccountName: shop-@
                  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                  containers:
                  - name: shop
                    image: registry.example.com/team/shop:1.4.@
                    imagePullPolicy: IfNotPresent
                    args: [--port=8080, --log-level=info, --feature=@]
                    ports: [{name: http, containerPort: 8080, protocol: TCP}]
                    env:
                    - {name: NUMBER, value: "@"}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: KEY, valueFrom: {secretKeyRef: {name: shop-@, key: key}}}
                    envFrom: [{configMapRef: {name: shop-@-0}}]
                    resources:
                      requests: {cpu: 100m, memory: 128Mi}
                      limits: {memory: 256Mi}
                    livenessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 10}
                    readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 5}
                    volumeMounts: [{name: config, mountPath: /etc/shop, readOnly: true}]
                  volumes: [{name: config, configMap: {name: shop-@-1}}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: shop-@, namespace: shop-@, labels: {app.kubernetes.io/name: shop-@}}
            spec:
              type: ClusterIP
              selector: {app.kubernetes.io/name: shop-@}
              ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: shop-@, namespace: shop-@, labels: {app.kubernetes.io/name: shop-@}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: shop-@, namespace: shop-@, labels: {app.kubernetes.io/name: shop-@}}
            type: Opaque
            stringData: {key: not-much-of-a-secret-@, user: shop-@}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: shop-@, namespace: shop-@}
            rules:
            - {apiGroups: [""], resources: [configmaps, secrets], verbs: [get, list, watch]}
            - {apiGroups: [apps], resources: [deployments], verbs: [get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: shop-@, namespace: shop-@}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: shop-@}
            subjects: [{kind: ServiceAccount, name: shop-@, namespace: shop-@}]
            """;

    private static final String CONFIGURATION =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shop-@-%1$d, namespace: shop-@}
            data:
              number: "@"
              part: "%1$d"
              shop.properties: |
                %2$s
            """;

    private static final List<Object> OBJECTS = objects();

    @TempDir Path directory;

    @Test
    void ten_thousand_applications_stay_within_the_memory_given_and_the_disk_has_the_others() {
        // What is loaded to do it once is no part of what is remembered.
        each(cache(), 1, ManifestMemoryTest::rendered);
        each(cache(), 1, ManifestMemoryTest::rendered);
        long before = usedHeap();
        var cache = cache();

        each(cache, APPLICATIONS, ManifestMemoryTest::rendered);

        assertThat(usedHeap() - before).isBetween(BOUND / 2, BOUND);
        each(
                cache,
                APPLICATIONS,
                _ -> {
                    throw new AssertionError("is rendered again");
                });
        assertThat(usedHeap() - before).isBetween(BOUND / 2, BOUND);
        Reference.reachabilityFence(cache);
    }

    private ManifestCache cache() {
        return new ManifestCache(
                BOUND, DiskStores.in(directory), new NothingShared(), () -> Instant.EPOCH);
    }

    private interface Numbered {
        Rendered of(int number);
    }

    private static void each(ManifestCache cache, int applications, Numbered rendered) {
        for (int i = 0; i < applications; i++) {
            int number = i;
            var rendering =
                    new Rendering(Source.Type.HELM, "inputs-" + i, () -> rendered.of(number));
            assertThat(cache.get(rendering).manifests()).hasSize(OBJECTS.size());
        }
    }

    private static long usedHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static List<Object> objects() {
        var text = "key.with.a.name=and a value of @\n    ".repeat(16).strip();
        var configuration = IntStream.range(0, 4).mapToObj(it -> CONFIGURATION.formatted(it, text));
        return Stream.concat(Stream.of(APPLICATION), configuration)
                .flatMap(it -> StreamSupport.stream(new Yaml().loadAll(it).spliterator(), false))
                .toList();
    }

    private static Rendered rendered(int number) {
        return Rendered.of(
                OBJECTS.stream()
                        .map(it -> new Manifest(Json.object(fresh(it, number)), "shop.yaml"))
                        .toList());
    }

    /// Shares nothing with another, as what is read from a file.
    private static Object fresh(Object node, int number) {
        return switch (node) {
            case String text ->
                    new StringBuilder(text.replace("@", Integer.toString(number))).toString();
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach((key, value) -> copy.put(fresh(key, number), fresh(value, number)));
                yield copy;
            }
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(it -> copy.add(fresh(it, number)));
                yield copy;
            }
            default -> node;
        };
    }
}
