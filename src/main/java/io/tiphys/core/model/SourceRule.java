package io.tiphys.core.model;

import java.util.Locale;

/// Which repositories the Applications of a project may or may not be made of.
///
/// @param spelled addresses as Argo CD compares them
/// @param canonical the same as [RepositoryUrl] spells them
public record SourceRule(GlobRule spelled, GlobRule canonical) {

    /// What permits every repository.
    public static final SourceRule ALL = new SourceRule(GlobRule.ALL, GlobRule.ALL);

    /// @param field it stands in, for messages
    static SourceRule read(String field, String text) {
        var spelled = GlobRule.read(field, text, (_, it) -> addresses(field, normalized(it)));
        return new SourceRule(
                spelled,
                GlobRule.read(
                        field, text, (_, it) -> addresses(field, RepositoryUrl.canonical(it))));
    }

    /// For one repository, whatever characters its address has.
    public static SourceRule exactly(String url) {
        return read("url", url.replaceAll("([*?\\[\\]{}\\\\!])", "\\\\$1"));
    }

    /// The spelling in which Argo CD compares addresses: in small letters, that of SSH with a path,
    /// without `.git`.
    public static String normalized(String url) {
        var text = url.strip().toLowerCase(Locale.ROOT);
        var ssh = text.startsWith("ssh://") ? text.substring("ssh://".length()) : text;
        int at = ssh.indexOf('@');
        boolean isSsh = at >= 0 && !ssh.substring(0, at).matches(".*[/:].*");
        var plain = isSsh ? text.startsWith("ssh://") ? ssh : ssh.replaceFirst(":", "/") : text;
        return plain.endsWith(".git")
                ? plain.substring(0, plain.length() - ".git".length())
                : plain;
    }

    private static Glob addresses(String field, String text) {
        return Glob.ofAddresses(field, text);
    }
}
