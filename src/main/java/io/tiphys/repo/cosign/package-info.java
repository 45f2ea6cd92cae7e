/// Signatures of images by cosign: what is read from a registry beside an image, and whether it is
/// one of that image by a key that counts. What a signature says that it signs, `core.image`
/// decides.
///
/// [TrustedSigners] knows whose signatures count: by [PublicKeys], or by a [CertifiedIdentity]
/// under a [TrustedRoot]. Made from cosign's specifications of signatures and bundles, and
/// Sigstore's of bundles and trusted roots. Sigstore's own library for Java was weighed and left
/// out: it brings gRPC, protobuf and clients of services that are not to be asked, for what the JDK
/// checks.
@NullMarked
package io.tiphys.repo.cosign;

import org.jspecify.annotations.NullMarked;
