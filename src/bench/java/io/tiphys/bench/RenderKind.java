package io.tiphys.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How the Applications of B12 are written: ten objects each, by hand, over a shared base, or by a
/// shared chart.
enum RenderKind {
    DIRECTORY {
        @Override
        Map<String, String> files(int app) {
            return numbered(folder(app) + "/", documents(name(app), "first"));
        }

        @Override
        Map<String, Object> source(int app) {
            return Map.of("path", folder(app));
        }

        @Override
        Map<String, String> changeOfOne(String value) {
            return Map.of(folder(0) + "/4.yaml", documents(name(0), value).get(4));
        }
    },

    KUSTOMIZE {
        @Override
        Map<String, String> files(int app) {
            return Map.of(folder(app) + "/kustomization.yaml", overlay(app, "first"));
        }

        @Override
        Map<String, String> base(int number, String value) {
            var files = numbered(shared(number) + "/", documents("web", value));
            files.put(
                    shared(number) + "/kustomization.yaml",
                    "resources: [0.yaml, 1.yaml, 2.yaml, 3.yaml, 4.yaml, 5.yaml, 6.yaml, 7.yaml,"
                            + " 8.yaml, 9.yaml]\n");
            return files;
        }

        @Override
        Map<String, Object> source(int app) {
            return Map.of("path", folder(app));
        }

        @Override
        Map<String, String> changeOfOne(String value) {
            return Map.of(folder(0) + "/kustomization.yaml", overlay(0, value));
        }

        @Override
        List<String> bare(Path checkout, int app) {
            return List.of("kubectl", "kustomize", checkout.resolve(folder(app)).toString());
        }

        private String overlay(int app, String value) {
            return """
            resources: [../shared-%d]
            namePrefix: %s-
            namespace: web
            labels: [{pairs: {team: "%d"}, includeSelectors: true}]
            patches:
            - patch: |
                {apiVersion: v1, kind: ConfigMap, metadata: {name: web-4}, data: {own: "%s"}}
            - patch: |
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {replicas: 3}}
            """
                    .formatted(app / SHARING, name(app), app, value);
        }
    },

    HELM {
        @Override
        Map<String, String> files(int app) {
            return Map.of(values(app), "own: first\n");
        }

        @Override
        Map<String, String> base(int number, String value) {
            var files =
                    numbered(
                            shared(number) + "/templates/",
                            documents("{{ include \"web.name\" . }}", "{{ .Values.shared }}"));
            files.merge(
                    shared(number) + "/templates/4.yaml",
                    "  own: {{ .Values.own | quote }}\n",
                    String::concat);
            files.put(
                    shared(number) + "/templates/_helpers.tpl",
                    "{{- define \"web.name\" -}}{{ .Release.Name | trunc 63 }}{{- end }}\n");
            files.put(
                    shared(number) + "/Chart.yaml",
                    "{apiVersion: v2, name: web, version: 1.0.0, appVersion: 1.0.0}\n");
            files.put(shared(number) + "/values.yaml", "shared: %s\nown: none\n".formatted(value));
            return files;
        }

        @Override
        Map<String, Object> source(int app) {
            return Map.of(
                    "path",
                    shared(app / SHARING),
                    "helm",
                    Map.of("valueFiles", List.of("../values/" + name(app) + ".yaml")));
        }

        @Override
        Map<String, String> changeOfOne(String value) {
            return Map.of(values(0), "own: %s\n".formatted(value));
        }

        @Override
        List<String> bare(Path checkout, int app) {
            return List.of(
                    "helm",
                    "template",
                    name(app),
                    checkout.resolve(shared(app / SHARING)).toString(),
                    "--namespace=web",
                    "--kube-version=1.35.2",
                    "--include-crds",
                    "--values=" + checkout.resolve(values(app)));
        }

        private String values(int app) {
            return place("values/" + name(app) + ".yaml");
        }
    };

    /// Applications that have a base or a chart in common.
    static final int SHARING = 50;

    /// What one Application's files are.
    abstract Map<String, String> files(int app);

    /// @param app which one
    abstract Map<String, Object> source(int app);

    /// Files that make the first Application another one.
    abstract Map<String, String> changeOfOne(String value);

    /// Files of what a number of Applications share; none if they share nothing.
    Map<String, String> base(int number, String value) {
        return Map.of();
    }

    /// The tool's command for it, in a checked-out repository; none if there is no such tool.
    List<String> bare(Path checkout, int app) {
        return List.of();
    }

    String name(int app) {
        return "app-" + app;
    }

    String folder(int app) {
        return place(name(app));
    }

    String shared(int number) {
        return place("shared-" + number);
    }

    String place(String path) {
        return name().toLowerCase(Locale.ROOT) + "/" + path;
    }

    private static Map<String, String> numbered(String folder, List<String> contents) {
        var files = new TreeMap<String, String>();
        for (int i = 0; i < contents.size(); i++) {
            files.put(folder + i + ".yaml", contents.get(i));
        }
        return files;
    }

    private static List<String> documents(String name, String value) {
        var documents = new ArrayList<String>();
        documents.add(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: "@", labels: {app.kubernetes.io/name: "@"}}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app.kubernetes.io/name: "@"}}
                  template:
                    metadata: {labels: {app.kubernetes.io/name: "@"}}
                    spec:
                      serviceAccountName: "@"
                      containers:
                      - name: web
                        image: registry.example.com/team/web:1.4.2
                        args: [--port=8080, --log-level=info]
                        ports: [{name: http, containerPort: 8080, protocol: TCP}]
                        env: [{name: TEXT, value: "$"}]
                        envFrom: [{configMapRef: {name: "@-4"}}]
                        resources:
                          requests: {cpu: 100m, memory: 128Mi}
                          limits: {memory: 256Mi}
                        livenessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 10}
                        readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 5}
                """);
        documents.add(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: "@", labels: {app.kubernetes.io/name: "@"}}
                spec:
                  selector: {app.kubernetes.io/name: "@"}
                  ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]
                """);
        documents.add("{apiVersion: v1, kind: ServiceAccount, metadata: {name: \"@\"}}\n");
        documents.add(
                "{apiVersion: v1, kind: Secret, metadata: {name: \"@\"}, stringData: {key:"
                        + " none}}\n");
        for (int i = 4; i < 8; i++) {
            documents.add(
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: "@-%d"}
                    data:
                      text: "%s"
                      shared: "$"
                    """
                            .formatted(i, "some text that fills it; ".repeat(24)));
        }
        documents.add(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: "@"}
                rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}]
                """);
        documents.add(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: "@"}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "@"}
                subjects: [{kind: ServiceAccount, name: "@", namespace: web}]
                """);
        return documents.stream().map(it -> it.replace("@", name).replace("$", value)).toList();
    }
}
