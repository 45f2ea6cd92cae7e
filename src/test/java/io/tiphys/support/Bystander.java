package io.tiphys.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;

/// Gives a service work that waits in the middle, and sees from outside how far it is: for those
/// who kill it then.
public record Bystander(Tiphys tiphys) implements AutoCloseable {

    /// A Job whose pod is held, called `NAME-before`, to be formatted with what kind of hook it is.
    public static final String HOOK =
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: NAME-before, annotations: {argocd.argoproj.io/hook: %s}}
            spec:
              template:
                metadata: {annotations: HELD}
                spec: {restartPolicy: Never, containers: [{name: c, image: job:1}]}
            ---
            """;

    /// Starts a service to be looked at, on a sandbox.
    public static Bystander start(Path data) {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");
        return new Bystander(Tiphys.start(data));
    }

    /// Pushes a folder.
    ///
    /// @param name of the folder, and in place of `NAME` in the manifests; in place of `HELD` pods
    ///     are held
    public void push(String name, String manifests) throws Exception {
        try (var clone = tiphys.cloneSample()) {
            clone.write(
                            name + "/all.yaml",
                            manifests.replace("NAME", name).replace("HELD", HeldPods.ANNOTATION))
                    .push("Add " + name);
        }
    }

    /// What an Application has there, as JSON or its text; empty if there is no such Application.
    public String text(String name, String path) {
        var answer = tiphys.get("/api/v1/applications/" + name);
        if (answer.statusCode() != 200) {
            return "";
        }
        var found = Tiphys.json(answer.body()).at(path);
        return found.isValueNode() ? found.asText() : found.toString();
    }

    /// Which one the Job of [#HOOK] is.
    public Optional<String> hook(String name) {
        var jobs = tiphys.cluster().batch().v1().jobs().inNamespace("default");
        return Optional.ofNullable(jobs.withName(name + "-before").get())
                .map(it -> it.getMetadata().getUid());
    }

    @Override
    public void close() {
        tiphys.close();
    }
}
