package io.tiphys.core.tree;

import io.tiphys.core.diff.Quantity;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.tree.NodeInfo.Item;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A Pod in a few words, as `kubectl get pods` and Argo CD have them: why it stands as it does, how
/// many of its containers are ready, how often they were started again, what they ask for.
///
/// @param reason empty if the Pod has no status yet
/// @param node that it runs on; empty if none was found yet
/// @param requests of CPU in thousandths of a core and of memory in thousandths of a byte, by their
///     names
record PodSummary(
        String reason,
        String node,
        int ready,
        int containers,
        long restarts,
        boolean ended,
        Map<String, Long> requests) {

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    static PodSummary of(LiveResource pod) {
        var spec = Json.object(pod.object(), "spec");
        var status = Json.object(pod.object(), "status");
        var phase = Json.string(status, "phase");
        var sidecars = sidecars(spec);
        var count = new Count(status, sidecars);
        return new PodSummary(
                reason(pod, status, phase, count, spec),
                Json.string(spec, "nodeName"),
                count.ready,
                Json.array(spec, "containers").size() + sidecars.size(),
                count.restarts,
                phase.equals("Succeeded") || phase.equals("Failed"),
                requests(spec));
    }

    /// What is said of it below its name in the tree.
    List<Item> items() {
        var items = new ArrayList<Item>();
        if (!reason.isEmpty()) {
            items.add(new Item("Status Reason", reason));
        }
        items.add(new Item("Node", node));
        items.add(new Item("Containers", ready + "/" + containers));
        if (restarts > 0) {
            items.add(new Item("Restart Count", Long.toString(restarts)));
        }
        if (!ended) {
            for (var name : List.of("cpu", "memory")) {
                items.add(new Item(name, Long.toString(requests.getOrDefault(name, 0L))));
            }
        }
        return items;
    }

    private static String reason(
            LiveResource pod,
            Map<String, Object> status,
            String phase,
            Count count,
            Map<String, Object> spec) {
        var given = Json.string(status, "reason");
        boolean lost = given.equals("NodeLost");
        if (pod.beingDeleted() && lost) {
            return "Unknown";
        }
        if (pod.beingDeleted() && !phase.equals("Succeeded") && !phase.equals("Failed")) {
            return "Terminating";
        }
        var gated =
                Json.array(status, "conditions").stream()
                        .filter(it -> Json.string(it, "type").equals("PodScheduled"))
                        .map(it -> Json.string(it, "reason"))
                        .anyMatch("SchedulingGated"::equals);
        var first = gated ? "SchedulingGated" : given.isEmpty() ? phase : given;
        var initializing = initializing(status, spec);
        boolean initialized =
                Json.array(status, "conditions").stream()
                        .filter(it -> Json.string(it, "type").equals("Initialized"))
                        .anyMatch(it -> Json.string(it, "status").equals("True"));
        if (initializing.isPresent() && !initialized) {
            return initializing.get();
        }
        var last = initializing.orElse(first);
        for (var container : Json.array(status, "containerStatuses").reversed()) {
            last = stopped(container, "").orElse(last);
        }
        return last.equals("Completed") && count.running ? "Running" : last;
    }

    /// Why the first init container that is not done holds the others up.
    private static Optional<String> initializing(
            Map<String, Object> status, Map<String, Object> spec) {
        var sidecars = sidecars(spec);
        var containers = Json.array(status, "initContainerStatuses");
        for (int i = 0; i < containers.size(); i++) {
            var container = containers.get(i);
            var terminated = Json.object(container, "state", "terminated");
            boolean done = !terminated.isEmpty() && Json.number(terminated, 0, "exitCode") == 0;
            boolean started =
                    sidecars.contains(Json.string(container, "name"))
                            && Json.bool(container, "started");
            if (!done && !started) {
                var waiting = Json.string(container, "state", "waiting", "reason");
                return waiting.equals("PodInitializing")
                                || (waiting.isEmpty() && terminated.isEmpty())
                        ? Optional.of(
                                "Init:%d/%d"
                                        .formatted(i, Json.array(spec, "initContainers").size()))
                        : stopped(container, "Init:");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> stopped(Object container, String before) {
        var waiting = Json.string(container, "state", "waiting", "reason");
        if (!waiting.isEmpty()) {
            return Optional.of(before + waiting);
        }
        var terminated = Json.object(container, "state", "terminated");
        if (terminated.isEmpty()) {
            return Optional.empty();
        }
        var reason = Json.string(terminated, "reason");
        long signal = Json.number(terminated, 0, "signal");
        if (!reason.isEmpty()) {
            return Optional.of(before + reason);
        }
        return Optional.of(
                before
                        + (signal != 0
                                ? "Signal:" + signal
                                : "ExitCode:" + Json.number(terminated, 0, "exitCode")));
    }

    /// Init containers that run as long as the Pod does.
    private static Set<String> sidecars(Map<String, Object> spec) {
        return Set.copyOf(
                Json.array(spec, "initContainers").stream()
                        .filter(it -> Json.string(it, "restartPolicy").equals("Always"))
                        .map(it -> Json.string(it, "name"))
                        .toList());
    }

    /// Counts over the containers' statuses.
    private static final class Count {

        private int ready;
        private long restarts;
        private boolean running;

        Count(Map<String, Object> status, Set<String> sidecars) {
            for (var container : Json.array(status, "initContainerStatuses")) {
                restarts += Json.number(container, 0, "restartCount");
                if (sidecars.contains(Json.string(container, "name"))
                        && Json.bool(container, "started")
                        && Json.bool(container, "ready")) {
                    ready++;
                }
            }
            for (var container : Json.array(status, "containerStatuses")) {
                restarts += Json.number(container, 0, "restartCount");
                if (Json.bool(container, "ready")
                        && Json.object(container, "state").containsKey("running")) {
                    ready++;
                    running = true;
                }
            }
        }
    }

    /// What the scheduler reserves: all that run at the same time together, or the init container
    /// that needs more than that, and what the runtime takes.
    private static Map<String, Long> requests(Map<String, Object> spec) {
        var lasting = new HashMap<String, BigDecimal>();
        var most = new HashMap<String, BigDecimal>();
        for (var container : Json.array(spec, "initContainers")) {
            var asked = asked(container);
            if (Json.string(container, "restartPolicy").equals("Always")) {
                asked.forEach((name, value) -> lasting.merge(name, value, BigDecimal::add));
                lasting.forEach((name, value) -> most.merge(name, value, BigDecimal::max));
            } else {
                asked.forEach(
                        (name, value) ->
                                most.merge(
                                        name,
                                        value.add(lasting.getOrDefault(name, BigDecimal.ZERO)),
                                        BigDecimal::max));
            }
        }
        for (var container : Json.array(spec, "containers")) {
            asked(container).forEach((name, value) -> lasting.merge(name, value, BigDecimal::add));
        }
        lasting.forEach((name, value) -> most.merge(name, value, BigDecimal::max));
        quantities(spec, "overhead")
                .forEach((name, value) -> most.merge(name, value, BigDecimal::add));
        var requests = new LinkedHashMap<String, Long>();
        most.forEach((name, value) -> requests.put(name, thousandths(value)));
        return requests;
    }

    private static Map<String, BigDecimal> asked(Object container) {
        return quantities(container, "resources", "requests");
    }

    private static Map<String, BigDecimal> quantities(Object tree, String... path) {
        var quantities = new HashMap<String, BigDecimal>();
        Json.object(tree, path)
                .forEach(
                        (name, text) -> quantities.put(name, Quantity.value(String.valueOf(text))));
        return quantities;
    }

    /// Rounded up, as Kubernetes does.
    static long thousandths(BigDecimal value) {
        return value.multiply(THOUSAND)
                .setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }
}
