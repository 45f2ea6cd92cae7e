package io.tiphys.core.model;

import java.util.Map;

/// What becomes of kinds that a cluster does not let the service list: `resource.respectRBAC` of
/// Argo CD's ConfigMap `argocd-cm`.
public enum RespectRbac {
    /// They are passed over, and the log says so.
    OFF,
    /// They are left out, which is as it should be.
    NORMAL,
    /// The same, but only if the cluster says as well, when it is asked, that the service has no
    /// such right. Else the refusal is a fault that will pass.
    STRICT;

    private static final String KEY = "resource.respectRBAC";

    /// @param settings the entries of `argocd-cm`
    /// @throws InvalidSpecException if it is none of what Argo CD knows
    public static RespectRbac read(Map<String, String> settings) {
        return switch (settings.getOrDefault(KEY, "")) {
            case "" -> OFF;
            case "normal" -> NORMAL;
            case "strict" -> STRICT;
            default ->
                    throw new InvalidSpecException(
                            "%s: %s is neither normal nor strict"
                                    .formatted(KEY, settings.get(KEY)));
        };
    }
}
