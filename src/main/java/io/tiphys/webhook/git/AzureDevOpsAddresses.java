package io.tiphys.webhook.git;

import io.tiphys.core.model.RepositoryUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// All addresses of a repository in Azure DevOps. The service had another name once, both still
/// work, SSH has hosts and paths of its own, and a project need not be named if its repository has
/// the same name.
final class AzureDevOpsAddresses {

    private static final Pattern TODAY =
            Pattern.compile("dev\\.azure\\.com/([^/]+)/(?:([^/]+)/)?_git/([^/]+)");

    private static final Pattern ONCE =
            Pattern.compile(
                    "([^./]+)\\.visualstudio\\.com/(?:defaultcollection/)?(?:([^/]+)/)?_git/([^/]+)");

    private AzureDevOpsAddresses() {}

    /// @param remoteUrl what the payload says; alone if it is one's own server
    static List<String> of(String remoteUrl) {
        var canonical = RepositoryUrl.canonical(remoteUrl);
        var parts = TODAY.matcher(canonical);
        if (!parts.matches()) {
            parts = ONCE.matcher(canonical);
        }
        if (!parts.matches()) {
            return List.of(remoteUrl);
        }
        var organisation = parts.group(1);
        var repository = parts.group(3);
        var project = parts.group(2) == null ? repository : parts.group(2);
        var today = "https://dev.azure.com/" + organisation;
        var once = "https://" + organisation + ".visualstudio.com";
        var ssh = "/v3/" + organisation + "/" + project + "/" + repository;
        var all = new ArrayList<String>();
        all.add("ssh://git@ssh.dev.azure.com" + ssh);
        all.add("ssh://git@vs-ssh.visualstudio.com" + ssh);
        if (project.equals(repository)) {
            all.add(once + "/_git/" + repository);
            all.add(today + "/_git/" + repository);
        }
        all.add(once + "/" + project + "/_git/" + repository);
        all.add(today + "/" + project + "/_git/" + repository);
        all.add(remoteUrl);
        return all;
    }
}
