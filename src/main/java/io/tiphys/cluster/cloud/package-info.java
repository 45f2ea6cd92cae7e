/// Who the service is to the clusters of clouds: what Argo CD's command `argocd-k8s-auth` does, one
/// class a cloud. Found by the room above through [io.tiphys.cluster.CloudTokens].
@NullMarked
package io.tiphys.cluster.cloud;

import org.jspecify.annotations.NullMarked;
