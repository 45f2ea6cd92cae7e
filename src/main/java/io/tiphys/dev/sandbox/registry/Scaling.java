package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.kinds.ResourceType.Scale;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import java.util.ArrayList;
import java.util.List;

/// The scale subresource: an object seen as nothing but a number of replicas.
public final class Scaling {

    private Scaling() {}

    /// The object as `autoscaling/v1` Scale.
    public static ObjectNode view(Stored stored, Scale paths) {
        var object = stored.tree();
        var metadata = object.path("metadata");
        var scale = Json.object();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        var own = scale.putObject("metadata");
        for (var field :
                new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            own.set(field, metadata.path(field));
        }
        scale.putObject("spec").put("replicas", Json.integer(object, 0, steps(paths.specPath())));
        var status = scale.putObject("status");
        status.put("replicas", Json.integer(object, 0, steps(paths.statusPath())));
        var selector = Json.at(object, "spec", "selector", "matchLabels");
        var terms = new ArrayList<String>();
        selector.properties().forEach(t -> terms.add(t.getKey() + "=" + t.getValue().asText()));
        if (!terms.isEmpty()) {
            status.put("selector", String.join(",", terms));
        }
        return scale;
    }

    /// Gives the object the replicas of a Scale.
    public static Stored write(
            Registry registry,
            ResourceType type,
            Stored present,
            ObjectNode scale,
            Scale paths,
            Write write) {
        var replicas = scale.at("/spec/replicas");
        if (replicas.asInt(0) < 0 || !(replicas.isMissingNode() || replicas.isInt())) {
            throw Refusal.invalid(
                    new Refusal.Subject("autoscaling", "Scale", present.key().name()),
                    List.of(
                            Refusal.Cause.invalid(
                                    "spec.replicas",
                                    replicas.toString(),
                                    "must be greater than or equal to 0")));
        }
        var wanted = Json.text(scale, "metadata", "resourceVersion");
        var written =
                registry.change(
                        type,
                        present.key(),
                        write,
                        object -> {
                            if (!wanted.isEmpty()) {
                                Json.child(object, "metadata").put("resourceVersion", wanted);
                            }
                            var steps = steps(paths.specPath());
                            var parent = object;
                            for (int i = 0; i < steps.length - 1; i++) {
                                parent = Json.child(parent, steps[i]);
                            }
                            parent.put(steps[steps.length - 1], replicas.asInt());
                            return object;
                        });
        if (written == null) {
            throw Refusal.notFound(type.subject(present.key().name()));
        }
        return written;
    }

    private static String[] steps(String path) {
        return path.substring(1).split("\\.", -1);
    }
}
