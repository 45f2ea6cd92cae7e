package io.tiphys.core.model;

/// Namespace and name of an Application in the control plane.
public record ApplicationId(String namespace, String name) implements Comparable<ApplicationId> {

    /// Reads the form that [#toString()] writes.
    ///
    /// @throws IllegalArgumentException if there is not exactly one slash with text on both sides
    public static ApplicationId parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException(
                    "An Application is named namespace/name, not '" + text + "'");
        }
        return new ApplicationId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(ApplicationId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
