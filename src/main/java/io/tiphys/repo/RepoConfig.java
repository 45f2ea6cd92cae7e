package io.tiphys.repo;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Where Git mirrors and archives are kept, what may be asked of a host, and what tools that render
/// may use.
@ConfigMapping(prefix = "tiphys.repo")
public interface RepoConfig {

    /// The folder of the mirrors and archives. It holds nothing that cannot be fetched again.
    Path directory();

    /// Limit on one exchange with a Git host, and on the silence of one of charts.
    @WithDefault("60s")
    Duration timeout();

    /// The longest that a repository goes without being asked whether a ref that Applications
    /// follow has moved. Zero: it is not asked, and the sweep of every Application asks for itself.
    @WithDefault("180s")
    Duration poll();

    /// Repositories of one host that are asked at once.
    @WithDefault("4")
    int pollAtOnce();

    /// Repositories of one host that are asked in a second.
    @WithDefault("10")
    int pollPerSecond();

    /// How long a mirror keeps a branch or tag that nobody asks for, and how long a mirror is kept
    /// that nobody uses. Looked at seven times meanwhile. Zero: for ever.
    @WithDefault("7d")
    Duration unusedAfter();

    /// How commits come to be. What is not set is taken from the variable that Argo CD Image
    /// Updater reads.
    @WithDefault("${GIT_COMMIT_METHOD:git}")
    CommitMethod commitMethod();

    /// Who makes a commit.
    enum CommitMethod {
        /// The service, which pushes it.
        GIT,
        /// GitHub, by its API, in the name of the App whose repository it is.
        API
    }

    /// Whether the files of submodules are among those of their repository. What is not set is
    /// taken from the variable that Argo CD reads.
    @WithDefault("${ARGOCD_GIT_MODULES_ENABLED:true}")
    boolean submodules();

    /// Bytes of memory that remembered manifests take, about.
    @WithDefault("67108864")
    long cacheBytes();

    /// Bytes of the disk that remembered manifests take, where they outlive the service. 10,000
    /// Applications of 10 objects need 40 MB. 0: nothing is kept on the disk.
    @WithDefault("256M")
    MemorySize cacheOnDisk();

    /// Bytes of the disk that answers of registries about images take, so that what has not changed
    /// is not sent again. 0: nothing is kept on the disk.
    @WithDefault("64M")
    MemorySize registryAnswers();

    /// Where a tool is, by its name (`helm`, `kustomize`, `kubectl`). Absent: on the PATH.
    Map<String, Path> tools();

    /// Limits on charts and other artefacts.
    Archives archives();

    /// How large what is downloaded may be.
    interface Archives {

        /// Bytes of a repository's `index.yaml`.
        @WithDefault("100M")
        MemorySize index();

        /// Bytes of an archive as it is downloaded.
        @WithDefault("100M")
        MemorySize packed();

        /// Bytes of an archive when it is unpacked, as in Argo CD.
        @WithDefault("1G")
        MemorySize unpacked();

        /// Files, folders and links of an archive.
        @WithDefault("100000")
        int files();

        /// Bytes that archives take on the disk. Those used least make room for new ones.
        @WithDefault("4G")
        MemorySize disk();
    }

    /// Limits on files that repositories only point to, by Git LFS.
    Lfs lfs();

    /// How large they may be.
    interface Lfs {

        /// Bytes of each of them. No manifest is as large, but a plugin may read it.
        @WithDefault("100M")
        MemorySize file();

        /// Bytes that they take on the disk. Those used least make room for new ones.
        @WithDefault("4G")
        MemorySize disk();
    }

    /// Limits on each run of a tool.
    Jail jail();

    /// What a tool may use of the machine before its run is ended.
    interface Jail {

        /// The folder in which each run gets one of its own, in a folder `work`, which is emptied
        /// at start. Best in memory: a file system on a disk takes longer to make and delete small
        /// files than to write them. Absent: [RepoConfig#directory].
        Optional<Path> directory();

        /// As long as Argo CD waits.
        @WithDefault("90s")
        Duration time();

        /// Of each process of a run.
        @WithDefault("90s")
        Duration processorTime();

        /// Files, folders and links that a source may have for a tool to read.
        @WithDefault("100000")
        int inputFiles();

        /// Bytes of these files together.
        @WithDefault("500M")
        MemorySize input();

        /// What a run may write to its standard output.
        @WithDefault("100M")
        MemorySize output();

        /// Address space of each process, which is more than it uses: Go's tools do not start with
        /// less than 1 GiB.
        @WithDefault("4G")
        MemorySize memory();

        /// The largest file that a tool may write.
        @WithDefault("500M")
        MemorySize fileSize();

        /// Runs at the same time; others wait. Absent: as many as there are processors.
        OptionalInt atOnce();
    }
}
