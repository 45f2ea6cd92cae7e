package io.tiphys.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The Applications and manifests that the benchmarks deploy.
final class Samples {

    /// How long a value is: some 600 bytes make a ConfigMap of the usual size.
    private static final String FILLING = "x".repeat(560);

    private Samples() {}

    static String application(String name, String repository, String path, boolean automated) {
        return application(name, repository, path, ".", automated);
    }

    /// @param paths what it declares that its manifests are made of
    static String application(
            String name, String repository, String path, String paths, boolean automated) {
        var policy = automated ? ", \"automated\": {\"prune\": true, \"selfHeal\": true}" : "";
        return application(name, repository, path, paths, name, policy);
    }

    /// @param policy what comes after its sync options
    static String application(
            String name,
            String repository,
            String path,
            String paths,
            String namespace,
            String policy) {
        return """
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
         "metadata": {"name": "%s", "namespace": "argocd",
          "annotations": {"argocd.argoproj.io/manifest-generate-paths": "%s"}},
         "spec": {"project": "default",
          "source": {"repoURL": "%s", "targetRevision": "main", "path": "%s"},
          "destination": {"server": "https://kubernetes.default.svc", "namespace": "%s"},
          "syncPolicy": {"syncOptions": ["CreateNamespace=true"]%s}}}
        """
                .formatted(name, paths, repository, path, namespace, policy);
    }

    /// What a small service is made of, with no Pods: a document each.
    static List<String> fourResources(String name, String value) {
        return Stream.of(
                        """
                        {"apiVersion": "v1", "kind": "ServiceAccount", %s}
                        """,
                        """
                        {"apiVersion": "v1", "kind": "Service", %s,
                         "spec": {"selector": {"app": "mass"}, "ports": [{"port": 80}]}}
                        """,
                        """
                        {"apiVersion": "apps/v1", "kind": "Deployment", %s,
                         "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "mass"}},
                          "template": {"metadata": {"labels": {"app": "mass"}},
                           "spec": {"containers": [{"name": "app", "image": "example/app:1"}]}}}}
                        """,
                        """
                        {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", %s,
                         "spec": {"rules": [{"host": "mass.example", "http": {"paths": [
                          {"path": "/", "pathType": "Prefix", "backend":
                           {"service": {"name": "mass", "port": {"number": 80}}}}]}}]}}
                        """)
                .map(
                        it ->
                                it.formatted(
                                        "\"metadata\": {\"name\": \"%s\", \"labels\": {\"value\": \"%s\"}}"
                                                .formatted(name, value)))
                .toList();
    }

    /// Of 2 KB.
    static String largerConfigMap(String name, String value) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "labels": {"value": "%s"}}, "data": {"filling": "%s"}}
        """
                .formatted(name, value, "x".repeat(2048));
    }

    static String configMap(String name, String namespace, String value) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s"%s},
         "data": {"value": "%s", "filling": "%s"}}
        """
                .formatted(
                        name,
                        namespace.isEmpty() ? "" : ", \"namespace\": \"" + namespace + "\"",
                        value,
                        FILLING);
    }

    /// A repository as it is, under another name.
    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    /// The usual mix of ten resources, a file each.
    static Map<String, String> tenResources(String value) {
        var files = new LinkedHashMap<String, String>();
        files.put(
                "deployment.yaml",
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: live, labels: {app: live}}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: live}}
                  template:
                    metadata: {labels: {app: live}}
                    spec:
                      serviceAccountName: live
                      containers:
                        - name: live
                          image: registry.local/bench/live:1.0.0
                          ports: [{name: http, containerPort: 8080}]
                          envFrom: [{configMapRef: {name: live-0}}]
                          resources:
                            requests: {cpu: 50m, memory: 64Mi}
                """);
        files.put(
                "service.yaml",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: live}
                spec:
                  selector: {app: live}
                  ports: [{name: http, port: 80, targetPort: http}]
                """);
        files.put(
                "serviceaccount.yaml",
                "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: live}\n");
        files.put(
                "secret.yaml",
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: live}
                data: {token: YmVuY2g=}
                """);
        files.put(
                "role.yaml",
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: live}
                rules:
                  - {apiGroups: [""], resources: [configmaps], verbs: [get, watch]}
                """);
        files.put(
                "rolebinding.yaml",
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: live}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: live}
                subjects: [{kind: ServiceAccount, name: live}]
                """);
        files.put("configmap-0.yaml", configMap("live-0", "", value));
        for (var name : unchanged()) {
            files.put(
                    name + ".yaml", configMap(name.replace("configmap", "live"), "", "unchanged"));
        }
        return files;
    }

    private static List<String> unchanged() {
        var names = new ArrayList<String>();
        for (int i = 1; i < 4; i++) {
            names.add("configmap-" + i);
        }
        return names;
    }
}
