package io.tiphys.support;

import static io.tiphys.support.Tiphys.eventually;

/// Pods that the sandbox cluster does not let run until a test says so.
public final class HeldPods {

    private static final String READY_AFTER = "sandbox.tiphys.io/ready-after";

    /// For a Pod's template.
    public static final String ANNOTATION = "{" + READY_AFTER + ": 600m}";

    private HeldPods() {}

    /// Lets the pods of a workload in the namespace `default` run.
    public static void letGo(Tiphys tiphys, String workload) {
        var pods = tiphys.cluster().pods().inNamespace("default");
        var held =
                eventually()
                        .until(
                                () ->
                                        pods.list().getItems().stream()
                                                .map(it -> it.getMetadata().getName())
                                                .filter(it -> it.startsWith(workload + "-"))
                                                .toList(),
                                it -> !it.isEmpty());
        for (var pod : held) {
            pods.withName(pod)
                    .edit(
                            it -> {
                                it.getMetadata().getAnnotations().remove(READY_AFTER);
                                return it;
                            });
        }
    }
}
