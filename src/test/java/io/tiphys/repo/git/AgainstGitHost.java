package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.tiphys.core.model.GitCredential;
import io.tiphys.dev.SampleRepository;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.render.Settings;
import io.tiphys.support.AzurePod;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A Git host with the sample repository, and mirrors of it.
abstract class AgainstGitHost {

    static final String MAIN = "refs/heads/main";

    static final Identities IDENTITIES = new Identities(AzurePod.NONE, InstantSource.system());

    @TempDir Path directory;

    final MeterRegistry meters = new SimpleMeterRegistry();
    SampleRepository host;
    FileRepository bare;
    GitMirrors mirrors;
    Repository mirror;

    @BeforeEach
    void serve() throws Exception {
        host = SampleRepository.start(directory.resolve("host.git"), 0, (_, _, _) -> {});
        bare =
                (FileRepository)
                        new FileRepositoryBuilder()
                                .setGitDir(directory.resolve("host.git").toFile())
                                .setBare()
                                .build();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        mirror = mirrors.of(host.cloneUrl().toString(), GitCredential.NONE);
    }

    @AfterEach
    void stop() {
        mirrors.close();
        bare.close();
        host.close();
    }

    Map<String, String> read(String commit, String path) {
        var folder = mirror.folder(commit, path);
        var contents = new TreeMap<String, String>();
        for (var entry : folder.entries(true)) {
            contents.put(entry.path(), new String(folder.read(entry), UTF_8));
        }
        return contents;
    }

    Map<String, String> files(ObjectId commit) throws Exception {
        var contents = new TreeMap<String, String>();
        try (var walk = new TreeWalk(bare);
                var commits = new RevWalk(bare)) {
            walk.addTree(commits.parseCommit(commit).getTree());
            walk.setRecursive(true);
            while (walk.next()) {
                contents.put(
                        walk.getPathString(),
                        new String(bare.open(walk.getObjectId(0)).getBytes(), UTF_8));
            }
        }
        return contents;
    }

    ObjectId tipOf(String ref) throws Exception {
        return bare.exactRef(ref).getObjectId();
    }

    void point(String ref, ObjectId commit) throws Exception {
        var update = bare.updateRef(ref);
        update.setNewObjectId(commit);
        update.forceUpdate();
    }

    void delete(String ref) throws Exception {
        var update = bare.updateRef(ref);
        update.setForceUpdate(true);
        update.delete();
    }

    /// Somebody else's commit on the main branch, straight at the host.
    ObjectId commit(String file, String content) {
        try {
            var commit =
                    new TreeEdit(bare)
                            .commit(
                                    tipOf(MAIN),
                                    "",
                                    new Change(Map.of(file, content.getBytes(UTF_8)), "Theirs"));
            point(MAIN, commit);
            return commit;
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    record Config(Path directory, CommitMethod commitMethod) implements RepoConfig {

        Config(Path directory) {
            this(directory, CommitMethod.GIT);
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public Duration poll() {
            return Duration.ZERO;
        }

        @Override
        public int pollAtOnce() {
            return 1;
        }

        @Override
        public int pollPerSecond() {
            return 1;
        }

        @Override
        public Duration unusedAfter() {
            return Duration.ofDays(7);
        }

        @Override
        public boolean submodules() {
            return true;
        }

        @Override
        public long cacheBytes() {
            return 1024;
        }

        @Override
        public MemorySize cacheOnDisk() {
            return new MemorySize(BigInteger.ZERO);
        }

        @Override
        public MemorySize registryAnswers() {
            return new MemorySize(BigInteger.ZERO);
        }

        @Override
        public Map<String, Path> tools() {
            return Map.of();
        }

        @Override
        public Lfs lfs() {
            return Settings.of().lfs();
        }

        @Override
        public Archives archives() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Jail jail() {
            throw new UnsupportedOperationException();
        }
    }
}
