package io.tiphys.core.model;

import java.util.List;

/// A role of a project: who has it, and what they may do.
///
/// @param policies lines of Casbin, in Argo CD's format
/// @param groups of single sign-on that have it
/// @param tokens that were given out for it
public record ProjectRole(
        String name,
        String description,
        List<String> policies,
        List<String> groups,
        List<Token> tokens) {

    /// What is known of a token. Itself it is kept nowhere.
    ///
    /// @param issuedAt in seconds since 1970
    /// @param expiresAt the same; 0 for never
    /// @param id the time of issue, where it has no other
    public record Token(long issuedAt, long expiresAt, String id) {

        static Token read(Fields fields) {
            long issuedAt = fields.number("iat");
            var id = fields.string("id");
            return new Token(
                    issuedAt, fields.number("exp"), id.isEmpty() ? Long.toString(issuedAt) : id);
        }
    }

    static ProjectRole read(Fields fields) {
        return new ProjectRole(
                fields.string("name"),
                fields.string("description"),
                fields.strings("policies"),
                fields.strings("groups"),
                fields.objects("jwtTokens", Token::read));
    }
}
