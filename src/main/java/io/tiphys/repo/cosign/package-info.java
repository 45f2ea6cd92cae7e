/// Signatures of images by cosign: what is read from a registry beside an image, and whether it is
/// one of that image by a key that counts. What a signature says that it signs, `core.image`
/// decides.
///
/// Made from cosign's specifications of signatures and bundles, and Sigstore's of bundles. No
/// transparency log is asked: whose key it is, the Secret says.
@NullMarked
package io.tiphys.repo.cosign;

import org.jspecify.annotations.NullMarked;
