package io.tiphys.core.tree;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What people want to see of a resource in the tree, and what leads the network to it.
///
/// @param items shown below its name
/// @param images of a Pod
public record NodeInfo(List<Item> items, Networking networking, List<String> images) {

    /// Annotations whose values are links, as `https://…` or `title|https://…`.
    private static final String LINK = "link.argocd.argoproj.io/";

    private static final String NO_DEFAULT_LINKS = "argocd.argoproj.io/ignore-default-links";

    private static final Set<String> SAFE_SCHEMES = Set.of("http", "https");

    public record Item(String name, String value) {}

    /// @param labels by which it is found
    /// @param targetLabels of what it sends requests to
    /// @param targets to which it sends requests by name
    /// @param ingress `{hostname}` or `{ip}` where requests come in
    /// @param urls for people outside the cluster
    public record Networking(
            Map<String, String> labels,
            Map<String, String> targetLabels,
            List<ResourceKey> targets,
            List<Map<String, Object>> ingress,
            List<String> urls) {

        static final Networking NONE =
                new Networking(Map.of(), Map.of(), List.of(), List.of(), List.of());

        private Networking withUrls(List<String> more) {
            return new Networking(
                    labels,
                    targetLabels,
                    targets,
                    ingress,
                    Stream.concat(more.stream(), urls.stream()).distinct().toList());
        }
    }

    /// Nothing that a resource holds makes it throw.
    public static NodeInfo of(LiveResource resource) {
        var items = new ArrayList<Item>();
        long revision = revision(resource);
        if (revision > 0) {
            items.add(new Item("Revision", "Rev:" + revision));
        }
        var images = List.<String>of();
        var networking = Networking.NONE;
        switch (resource.key().group() + "/" + resource.key().kind()) {
            case "/Pod" -> {
                items.addAll(PodSummary.of(resource).items());
                images = images(resource);
                networking =
                        new Networking(
                                Json.strings(resource.object(), "metadata", "labels"),
                                Map.of(),
                                List.of(),
                                List.of(),
                                List.of());
            }
            case "/Service" -> networking = service(resource);
            case "networking.k8s.io/Ingress", "extensions/Ingress" ->
                    networking = ingress(resource);
            case "networking.istio.io/VirtualService" -> networking = virtualService(resource);
            case "networking.istio.io/ServiceEntry" -> networking = serviceEntry(resource);
            default -> {
                // Nothing else is known of other kinds.
            }
        }
        return new NodeInfo(
                List.copyOf(items), networking.withUrls(links(resource.annotations())), images);
    }

    private static long revision(LiveResource resource) {
        var annotations = resource.annotations();
        for (var name :
                List.of("deployment.kubernetes.io/revision", "rollout.argoproj.io/revision")) {
            if (annotations.containsKey(name)) {
                return number(annotations.getOrDefault(name, ""));
            }
        }
        return Json.number(resource.object(), 0, "revision");
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /// The links that annotations give, in their order. What a browser would run is no link.
    public static List<String> links(Map<String, String> annotations) {
        return annotations.entrySet().stream()
                .filter(it -> it.getKey().startsWith(LINK))
                .map(Map.Entry::getValue)
                .filter(it -> isSafe(it.substring(it.indexOf('|') + 1)))
                .toList();
    }

    private static boolean isSafe(String url) {
        try {
            var scheme = new URI(url.strip()).getScheme();
            return scheme != null && SAFE_SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static List<String> images(LiveResource pod) {
        var images = new LinkedHashSet<String>();
        for (var list : List.of("initContainers", "containers")) {
            Json.array(pod.object(), "spec", list)
                    .forEach(container -> images.add(Json.string(container, "image")));
        }
        images.remove("");
        return List.copyOf(images);
    }

    private static Networking service(LiveResource service) {
        boolean balanced = Json.string(service.object(), "spec", "type").equals("LoadBalancer");
        return new Networking(
                Map.of(),
                Json.strings(service.object(), "spec", "selector"),
                List.of(),
                balanced ? entrances(service) : List.of(),
                List.of());
    }

    private static List<Map<String, Object>> entrances(LiveResource resource) {
        var entrances = new ArrayList<Map<String, Object>>();
        for (var entry : Json.array(resource.object(), "status", "loadBalancer", "ingress")) {
            for (var field : List.of("hostname", "ip")) {
                var value = Json.string(entry, field);
                if (!value.isEmpty()) {
                    entrances.add(Map.of(field, value));
                    break;
                }
            }
        }
        return entrances;
    }

    private static Networking ingress(LiveResource ingress) {
        var spec = Json.object(ingress.object(), "spec");
        var targets = new LinkedHashSet<ResourceKey>();
        var urls = new TreeSet<String>();
        var entrances = entrances(ingress);
        for (var field : List.of("backend", "defaultBackend")) {
            addService(ingress, Json.at(spec, field), targets);
        }
        for (var rule : Json.array(spec, "rules")) {
            var named = Json.string(rule, "host");
            var host = named.isEmpty() ? firstEntrance(entrances) : named;
            for (var path : Json.array(rule, "http", "paths")) {
                addService(ingress, Json.at(path, "backend"), targets);
                if (!host.isEmpty()) {
                    urls.add(
                            (isSecure(spec, host) ? "https" : "http")
                                    + "://"
                                    + host
                                    + withoutStar(Json.string(path, "path")));
                }
            }
        }
        boolean hidden =
                Boolean.parseBoolean(ingress.annotations().getOrDefault(NO_DEFAULT_LINKS, ""));
        return new Networking(
                Map.of(),
                Map.of(),
                List.copyOf(targets),
                entrances,
                hidden ? List.of() : List.copyOf(urls));
    }

    private static String firstEntrance(List<Map<String, Object>> entrances) {
        return entrances.isEmpty()
                ? ""
                : String.valueOf(entrances.getFirst().values().iterator().next());
    }

    /// One entry of `tls` with a Secret is for all hosts, as Argo CD has it.
    private static boolean isSecure(Map<String, Object> spec, String host) {
        return Json.array(spec, "tls").stream()
                .anyMatch(
                        tls ->
                                !Json.string(tls, "secretName").isEmpty()
                                        || Json.array(tls, "hosts").contains(host));
    }

    private static String withoutStar(String path) {
        return path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
    }

    private static void addService(
            LiveResource from, @Nullable Object backend, Set<ResourceKey> targets) {
        var named = Json.string(backend, "service", "name");
        var name = named.isEmpty() ? Json.string(backend, "serviceName") : named;
        if (!name.isEmpty()) {
            targets.add(new ResourceKey("", "Service", from.key().namespace(), name));
        }
    }

    private static Networking virtualService(LiveResource service) {
        var targets = new LinkedHashSet<ResourceKey>();
        for (var rule : Json.array(service.object(), "spec", "http")) {
            for (var route : Json.array(rule, "route")) {
                var host = Json.string(route, "destination", "host").split("\\.", -1);
                if (!host[0].isEmpty()) {
                    var namespace = host.length > 1 ? host[1] : service.key().namespace();
                    targets.add(new ResourceKey("", "Service", namespace, host[0]));
                }
            }
        }
        return new Networking(Map.of(), Map.of(), List.copyOf(targets), List.of(), List.of());
    }

    private static Networking serviceEntry(LiveResource entry) {
        var labels = Json.strings(entry.object(), "spec", "workloadSelector", "labels");
        return labels.isEmpty()
                ? Networking.NONE
                : new Networking(
                        Map.of(),
                        labels,
                        List.of(new ResourceKey("", "Pod", "", "")),
                        List.of(),
                        List.of());
    }

    /// Adds it to a node in Argo CD's shape.
    void write(Map<String, Object> node) {
        if (!items.isEmpty()) {
            node.put(
                    "info",
                    items.stream()
                            .map(it -> Map.of("name", it.name(), "value", it.value()))
                            .toList());
        }
        var network = new LinkedHashMap<String, Object>();
        putUnlessEmpty(network, "targetLabels", networking.targetLabels());
        putUnlessEmpty(
                network,
                "targetRefs",
                networking.targets().stream().map(ResourceTree::reference).toList());
        putUnlessEmpty(network, "labels", networking.labels());
        putUnlessEmpty(network, "ingress", networking.ingress());
        putUnlessEmpty(network, "externalURLs", networking.urls());
        putUnlessEmpty(node, "networkingInfo", network);
        putUnlessEmpty(node, "images", images);
    }

    private static void putUnlessEmpty(Map<String, Object> into, String field, Object value) {
        if (!Objects.equals(value, Map.of()) && !Objects.equals(value, List.of())) {
            into.put(field, value);
        }
    }
}
