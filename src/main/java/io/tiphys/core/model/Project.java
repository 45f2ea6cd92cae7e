package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The bounds of a group of Applications, as an AppProject sets them. What is not read yet bounds
/// nothing.
///
/// @param signatures by whom commits must be signed, by their repositories
public record Project(String name, List<SignaturePolicy> signatures) {

    /// The project of Applications that name none. It bounds nothing until somebody makes it.
    public static final Project DEFAULT = new Project("default", List.of());

    private static final String LEGACY = "signatureKeys";

    /// @param spec of the AppProject
    /// @throws InvalidSpecException with the sentence that its author should read
    public static Project read(String name, Map<String, Object> spec) {
        return new Project(name, signatures(new Fields("spec", spec)));
    }

    /// Argo CD's older `signatureKeys` are a policy for every repository.
    private static List<SignaturePolicy> signatures(Fields spec) {
        var policies = new ArrayList<SignaturePolicy>();
        var keys =
                spec.objects(
                        LEGACY, it -> Signers.gpgKey(it.where() + ".keyID", it.string("keyID")));
        if (!keys.isEmpty()) {
            policies.add(SignaturePolicy.everywhere(keys));
        }
        var integrity = spec.object("sourceIntegrity");
        if (!keys.isEmpty() && integrity.tree().get("git") != null) {
            throw new InvalidSpecException(
                    "spec.signatureKeys and spec.sourceIntegrity.git exclude each other: move the"
                            + " keys into a policy");
        }
        policies.addAll(integrity.object("git").objects("policies", SignaturePolicy::read));
        return List.copyOf(policies);
    }
}
