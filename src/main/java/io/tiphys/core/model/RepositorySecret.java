package io.tiphys.core.model;

import java.util.Map;

/// A Secret that says how a repository of Git or of charts is reached, or every repository below
/// an address.
///
/// @param name of the Secret, for messages
/// @param address of the repository, or what the addresses of the repositories start with
/// @param project whose Applications alone may use it; empty for everybody's
/// @param fields all that it holds, under Argo CD's keys
public record RepositorySecret(
        String name,
        Kind kind,
        RepositoryAddress address,
        String project,
        Map<String, Hidden> fields) {

    /// What a Secret is for, by its label `argocd.argoproj.io/secret-type`.
    public enum Kind {
        REPOSITORY("repository"),
        TEMPLATE("repo-creds"),
        WRITE_REPOSITORY("repository-write"),
        WRITE_TEMPLATE("repo-write-creds");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /// Empty if there is no such field.
    public Hidden field(String key) {
        return fields.getOrDefault(key, Hidden.EMPTY);
    }

    /// Argo CD takes what Go reads as a boolean; whatever else there is means no.
    public boolean flag(String key) {
        return switch (field(key).text()) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            default -> false;
        };
    }
}
