package io.tiphys.core.model;

/// A set of manifests in Git: repository, revision and path.
///
/// @param path relative to the repository's root; empty or `.` is the root
/// @param targetRevision branch, tag, commit, `HEAD` or a constraint on versions; never empty
/// @param tagPrefix what stands before the version in the names of tags; often empty
/// @param directory how a plain directory is read
public record Source(
        String repoUrl, String path, String targetRevision, String tagPrefix, Directory directory) {

    /// What it follows.
    public Revision revision() {
        return Revision.of(targetRevision, tagPrefix);
    }

    /// The `directory` part of a source: which files of a plain directory count.
    ///
    /// @param include globs, comma-separated inside braces as Argo CD has it; empty means all
    /// @param exclude the same; empty means none
    public record Directory(boolean recurse, String include, String exclude) {
        public static final Directory PLAIN = new Directory(false, "", "");
    }
}
