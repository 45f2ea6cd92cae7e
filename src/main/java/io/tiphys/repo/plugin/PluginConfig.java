package io.tiphys.repo.plugin;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Where plugins are and what they may take. What is not set is taken from the variables that Argo
/// CD reads.
@ConfigMapping(prefix = "tiphys.repo.plugins")
public interface PluginConfig {

    /// The folder of their sockets, of which each is a plugin. Need not be there.
    @WithDefault("${ARGOCD_PLUGINSOCKFILEPATH:/home/argocd/cmp-server/plugins}")
    Path directory();

    /// Where plugins that ask for it borrow the repository's credential, as long as it is wanted.
    @WithDefault("${ARGOCD_ASK_PASS_SOCK:/tmp/reposerver-ask-pass.sock}")
    Path credentialsSocket();

    /// For each question, and for making manifests: as long as Argo CD's plugins give their
    /// commands.
    @WithDefault("90s")
    Duration time();

    /// What is sent of a repository, packed.
    @WithDefault("100M")
    MemorySize archive();

    /// The manifests of one source.
    @WithDefault("100M")
    MemorySize output();

    /// Globs of files and folders that are not sent, by their paths, separated by semicolons.
    @WithDefault("${ARGOCD_REPO_SERVER_PLUGIN_TAR_EXCLUSIONS:}")
    Optional<String> exclusions();

    /// Whether of a repository nothing is sent but what an Application declares by the annotation
    /// `manifest-generate-paths`, where it does.
    @WithDefault("${ARGOCD_REPO_SERVER_PLUGIN_USE_MANIFEST_GENERATE_PATHS:false}")
    boolean onlyDeclaredPaths();

    /// Calls of one plugin at the same time; others wait. Absent: as many as there are processors.
    OptionalInt atOnce();
}
