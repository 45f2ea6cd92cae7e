package io.tiphys.bench;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Objects of the usual mix in a cluster: of ten, one Deployment, one Service, one ServiceAccount,
/// four ConfigMaps of some 600 bytes, one Secret, one Role, one RoleBinding.
final class LiveObjects {

    private static final int EACH = 10;
    private static final int A_NAMESPACE = 1_000;
    private static final int CONNECTIONS = 16;

    private final Cluster cluster;
    private final AtomicInteger next = new AtomicInteger();

    LiveObjects(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Makes some more.
    ///
    /// @param managed whether Applications track them, each ten of them
    void add(int count, boolean managed) throws IOException {
        int from = next.get();
        int to = from + count;
        for (int n = from - from % A_NAMESPACE; n < to; n += A_NAMESPACE) {
            cluster.apply(
                    "/api/v1/namespaces/" + namespace(n),
                    "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}"
                            .formatted(namespace(n)));
        }
        Workers.run(
                CONNECTIONS,
                () -> {
                    for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                        addOne(n, managed);
                    }
                    return null;
                });
        next.set(to);
    }

    private void addOne(int n, boolean managed) throws IOException {
        var namespace = namespace(n);
        var name = "object-" + n;
        switch (n % EACH) {
            case 0 ->
                    add(
                            "/apis/apps/v1/namespaces/%s/deployments/%s",
                            "apps/Deployment",
                            "apps/v1",
                            n,
                            managed,
                            """
                            spec:
                              replicas: 0
                              selector: {matchLabels: {app: %1$s}}
                              template:
                                metadata: {labels: {app: %1$s}}
                                spec:
                                  serviceAccountName: %1$s
                                  containers:
                                    - name: web
                                      image: registry.local/team/%1$s:1.0.0
                                      ports: [{name: http, containerPort: 8080}]
                                      envFrom: [{configMapRef: {name: settings}}]
                                      resources: {requests: {cpu: 50m, memory: 64Mi}}
                            """
                                    .formatted(name));
            case 1 ->
                    add(
                            "/api/v1/namespaces/%s/services/%s",
                            "/Service",
                            "v1",
                            n,
                            managed,
                            "spec: {selector: {app: %s}, ports: [{name: http, port: 80}]}"
                                    .formatted(name));
            case 2 ->
                    add(
                            "/api/v1/namespaces/%s/serviceaccounts/%s",
                            "/ServiceAccount", "v1", n, managed, "");
            case 3 ->
                    add(
                            "/api/v1/namespaces/%s/secrets/%s",
                            "/Secret",
                            "v1",
                            n,
                            managed,
                            "data: {token: \"%s=\"}".formatted(text(n, 43)));
            case 4 ->
                    add(
                            "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/roles/%s",
                            "rbac.authorization.k8s.io/Role",
                            "rbac.authorization.k8s.io/v1",
                            n,
                            managed,
                            "rules: [{apiGroups: [\"\"], resources: [configmaps], verbs: [get]}]");
            case 5 ->
                    add(
                            "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/rolebindings/%s",
                            "rbac.authorization.k8s.io/RoleBinding",
                            "rbac.authorization.k8s.io/v1",
                            n,
                            managed,
                            """
                            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
                            subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
                            """
                                    .formatted(name, namespace));
            default ->
                    add(
                            "/api/v1/namespaces/%s/configmaps/%s",
                            "/ConfigMap", "v1", n, managed, settings(n));
        }
    }

    private void add(
            String path, String kind, String apiVersion, int n, boolean managed, String content)
            throws IOException {
        var namespace = namespace(n);
        var name = "object-" + n;
        var id = "app-%d:%s:%s/%s".formatted(n / EACH, kind, namespace, name);
        var annotations =
                managed ? ", annotations: {argocd.argoproj.io/tracking-id: \"" + id + "\"}" : "";
        cluster.applyAs(
                managed ? "argocd-controller" : "bench",
                path.formatted(namespace, name),
                """
                apiVersion: %s
                kind: %s
                metadata: {name: %s, namespace: %s%s}
                %s
                """
                        .formatted(
                                apiVersion,
                                kind.substring(kind.indexOf('/') + 1),
                                name,
                                namespace,
                                annotations,
                                content));
    }

    /// Some 600 bytes of which half are like those of others, as settings are.
    private static String settings(int n) {
        var settings = new StringBuilder("data:\n  application.properties: |\n");
        for (int line = 0; line < 12; line++) {
            settings.append(
                    "    service.%s.connection.timeout=%s\n"
                            .formatted(text(line, 4), text(n * 31 + line, 16)));
        }
        return settings.toString();
    }

    /// Letters and digits that hardly compress.
    private static String text(int seed, int length) {
        var text = new StringBuilder();
        var random = new Random(seed);
        for (int i = 0; i < length; i++) {
            text.append(Character.forDigit(random.nextInt(36), 36));
        }
        return text.toString();
    }

    private static String namespace(int n) {
        return "space-" + n / A_NAMESPACE;
    }
}
