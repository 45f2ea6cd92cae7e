/// Requests to merge a branch at the hosts that have them: GitHub, GitLab, Gitea, Bitbucket, Azure
/// DevOps. [PullRequestHosts] is the front door, one class knows each kind of host, and what is to
/// become of a request is decided elsewhere.
@NullMarked
package io.tiphys.repo.pull;

import org.jspecify.annotations.NullMarked;
