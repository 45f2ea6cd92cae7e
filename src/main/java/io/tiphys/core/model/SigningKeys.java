package io.tiphys.core.model;

import java.util.Map;

/// The public keys that signatures are checked with. That a key is here makes nobody a signer: a
/// project's policy must name it.
///
/// @param gpg keys in ASCII armour, by what they are listed under
/// @param allowedSigners keys of SSH, in lines as OpenSSH has them
public record SigningKeys(Map<String, String> gpg, String allowedSigners) {}
