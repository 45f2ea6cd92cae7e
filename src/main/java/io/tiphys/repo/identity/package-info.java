/// Who the service is to hosts that want a token of it: an App of GitHub's, an identity of Azure's
/// or Google's. [Identities] is the front door; [Tokens] keeps what was had until shortly before
/// it expires, and one class knows each of those who give tokens out. Used by the rooms beside it
/// that show them.
@NullMarked
package io.tiphys.repo.identity;

import org.jspecify.annotations.NullMarked;
