package io.tiphys.core.policy;

/// A commit or an annotated tag, and its signature.
///
/// @param revision the commit's id, or the tag's name
/// @param tag whether it is a tag
/// @param by who made it, as `name <address>`
public record Signed(String revision, boolean tag, String by, Signature signature) {}
