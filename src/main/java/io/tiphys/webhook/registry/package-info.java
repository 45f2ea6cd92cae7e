/// The dialects of container registries: payloads to [io.tiphys.core.event.ImageEvent]. One class
/// a registry knows its authentication and where its payload says what; [Push] carries that, and
/// [Pushes] believes none of it before it is checked.
///
/// | provider | also called | shows who it is by | keys in `argocd-secret` |
/// |---|---|---|---|
/// | `distribution` | `registry`, `gitlab-registry` | bearer | `webhook.distribution.secret` |
/// | `dockerhub` | `docker.io`, `docker` | URL | `webhook.dockerhub.secret` |
/// | `ghcr` | `ghcr.io` | signature | `webhook.ghcr.secret`, `webhook.github.secret` |
/// | `quay` | `quay.io` | URL | `webhook.quay.secret` |
/// | `harbor` | | `Authorization` | `webhook.harbor.secret` |
/// | `ecr` | | URL | `webhook.ecr.secret` |
/// | `gar` | `gcr`, `google` | Google's token | `webhook.gar.audience` with `webhook.gar.email` |
/// | `acr` | `azure` | `Authorization` or URL | `webhook.acr.secret` |
/// | `jfrog` | `artifactory` | `X-JFrog-Event-Auth` | `webhook.jfrog.secret` |
/// | `nexus` | | signature | `webhook.nexus.secret` |
/// | `gitea-packages` | `forgejo-packages` | signature | `webhook.gitea.secret` and two more |
/// | `aliyun-acr` | | URL | `webhook.aliyun-acr.secret` |
/// | `cdevents` | | URL | `webhook.cdevents.secret` |
/// | `cloudevents` | `zot` | URL | `webhook.cloudevents.secret` |
/// | `native` | | bearer token or password | `webhook.native.secret` |
///
/// "URL" is its parameter `secret`, or the header `X-Webhook-Secret`. Where images are pulled from
/// stands in the URL as well where the sender does not say it: `host` for Nexus, Zot and, if it
/// differs from what it says, JFrog; `registry_url` for Aliyun. GitLab's service sends nothing.
@NullMarked
package io.tiphys.webhook.registry;

import org.jspecify.annotations.NullMarked;
