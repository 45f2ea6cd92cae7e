package io.tiphys.core.tree;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;

/// Finds the owners of resources, as Argo CD does: those in `ownerReferences`, and for some kinds
/// that have none those whom the resource names otherwise.
public final class Ownership {

    private static final GroupVersionKind SERVICE = new GroupVersionKind("", "v1", "Service");
    private static final GroupVersionKind ACCOUNT =
            new GroupVersionKind("", "v1", "ServiceAccount");
    private static final GroupVersionKind OPERATOR_GROUP =
            new GroupVersionKind("operators.coreos.com", "v1", "OperatorGroup");
    private static final GroupVersionKind STATEFUL_SET =
            new GroupVersionKind("apps", "v1", "StatefulSet");

    private static final String TOKEN = "kubernetes.io/service-account-token";

    private Ownership() {}

    /// The owners that a resource names. Whoever has one belongs to it and to no Application of its
    /// own.
    public static List<Owner> of(LiveResource resource) {
        var owners = new ArrayList<Owner>();
        for (var reference : Json.array(resource.object(), "metadata", "ownerReferences")) {
            var type =
                    GroupVersionKind.of(
                            Json.string(reference, "apiVersion"), Json.string(reference, "kind"));
            var name = Json.string(reference, "name");
            if (!name.isEmpty()) {
                owners.add(new Owner(type, name, Json.string(reference, "uid")));
            }
        }
        switch (resource.key().group() + "/" + resource.key().kind()) {
            case "/Endpoints" -> {
                if (owners.isEmpty()) {
                    owners.add(new Owner(SERVICE, resource.key().name(), ""));
                }
            }
            case "/Secret" -> addAccount(resource, owners);
            case "operators.coreos.com/ClusterServiceVersion" -> {
                var group = resource.annotations().getOrDefault("olm.operatorGroup", "");
                if (!group.isEmpty()) {
                    owners.add(new Owner(OPERATOR_GROUP, group, ""));
                }
            }
            default -> {
                // All others say it in `ownerReferences` or have no owner.
            }
        }
        return owners.isEmpty() ? List.of() : List.copyOf(owners);
    }

    private static void addAccount(LiveResource secret, List<Owner> owners) {
        if (Json.string(secret.object(), "type").equals(TOKEN)) {
            var name = secret.annotations().getOrDefault("kubernetes.io/service-account.name", "");
            var uid = secret.annotations().getOrDefault("kubernetes.io/service-account.uid", "");
            if (!name.isEmpty() && !uid.isEmpty()) {
                owners.add(new Owner(ACCOUNT, name, uid));
            }
        }
    }

    /// Who may own a resource although it names nobody: a volume claim is called
    /// `<template>-<StatefulSet>-<number>`, and both names may have hyphens. Which of them does is
    /// known when the StatefulSet is read.
    public static List<Owner> candidates(ResourceKey key) {
        if (!key.kind().equals("PersistentVolumeClaim") || !key.group().isEmpty()) {
            return List.of();
        }
        int number = key.name().lastIndexOf('-');
        if (number < 0 || !key.name().substring(number + 1).matches("[0-9]+")) {
            return List.of();
        }
        var candidates = new ArrayList<Owner>();
        var rest = key.name().substring(0, number);
        for (int hyphen = rest.indexOf('-'); hyphen >= 0; hyphen = rest.indexOf('-', hyphen + 1)) {
            candidates.add(new Owner(STATEFUL_SET, rest.substring(hyphen + 1), ""));
        }
        return List.copyOf(candidates);
    }

    /// Whether a resource owns another.
    public static boolean owns(LiveResource owner, LiveResource resource) {
        if (!sameOrNoNamespace(owner.key(), resource.key())) {
            return false;
        }
        return of(resource).stream().anyMatch(it -> it.is(owner))
                || (hasTemplate(owner, resource.key())
                        && candidates(resource.key()).stream().anyMatch(it -> it.is(owner)));
    }

    /// Owners live in the namespace of what they own, or in none.
    private static boolean sameOrNoNamespace(ResourceKey owner, ResourceKey resource) {
        return owner.namespace().isEmpty() || owner.namespace().equals(resource.namespace());
    }

    private static boolean hasTemplate(LiveResource statefulSet, ResourceKey claim) {
        var ending = "-" + statefulSet.key().name() + "-";
        return Json.array(statefulSet.object(), "spec", "volumeClaimTemplates").stream()
                .map(template -> Json.string(template, "metadata", "name") + ending)
                .anyMatch(
                        start ->
                                claim.name().startsWith(start)
                                        && claim.name()
                                                .substring(start.length())
                                                .matches("[0-9]+"));
    }
}
