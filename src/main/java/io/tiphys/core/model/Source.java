package io.tiphys.core.model;

/// A set of manifests in Git: repository, revision and path.
///
/// @param path relative to the repository's root; empty or `.` is the root
/// @param targetRevision branch, tag, commit or `HEAD`; never empty
/// @param directory how a plain directory is read
public record Source(String repoUrl, String path, String targetRevision, Directory directory) {

    /// The `directory` part of a source: which files of a plain directory count.
    ///
    /// @param include globs, comma-separated inside braces as Argo CD has it; empty means all
    /// @param exclude the same; empty means none
    public record Directory(boolean recurse, String include, String exclude) {
        public static final Directory PLAIN = new Directory(false, "", "");
    }
}
