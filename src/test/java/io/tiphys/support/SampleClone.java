package io.tiphys.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.api.CommitCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand.ResetType;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.Signer;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.FileUtils;

/// A user's clone of the sample repository, over HTTP.
public final class SampleClone implements AutoCloseable {

    private final Git git;
    private final Path directory;

    private SampleClone(Git git, Path directory) {
        this.git = git;
        this.directory = directory;
    }

    public static SampleClone of(URI url) {
        try {
            var directory = Files.createTempDirectory("tiphys-clone");
            var clone = Git.cloneRepository().setURI(url.toString());
            return new SampleClone(clone.setDirectory(directory.toFile()).call(), directory);
        } catch (IOException | GitAPIException e) {
            throw new IllegalStateException("No clone of " + url, e);
        }
    }

    public String read(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    /// A file as the host has it on a branch; empty if there is none.
    public String read(String branch, String file) throws GitAPIException, IOException {
        git.fetch().call();
        var repository = git.getRepository();
        var tip = repository.resolve("refs/remotes/origin/" + branch);
        if (tip == null) {
            return "";
        }
        try (var walk = TreeWalk.forPath(repository, file, repository.parseCommit(tip).getTree())) {
            return walk == null
                    ? ""
                    : new String(
                            repository.open(walk.getObjectId(0)).getBytes(),
                            StandardCharsets.UTF_8);
        }
    }

    public SampleClone write(String file, String text) throws IOException {
        var path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return this;
    }

    public SampleClone edit(String file, UnaryOperator<String> change) throws IOException {
        return write(file, change.apply(read(file)));
    }

    public SampleClone delete(String file) throws IOException {
        Files.delete(directory.resolve(file));
        return this;
    }

    /// Deletes a folder, if it is there.
    public SampleClone deleteAll(String folder) throws IOException {
        FileUtils.delete(
                directory.resolve(folder).toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING);
        return this;
    }

    public SampleClone branch(String name) throws GitAPIException {
        git.checkout().setCreateBranch(true).setName(name).call();
        return this;
    }

    /// Commits all that was changed here.
    ///
    /// @return the commit's id
    public String commit(String message) throws GitAPIException {
        return staged(message).setSign(false).call().getName();
    }

    /// The same, signed, and pushed.
    public String pushSigned(String message, Signer signer) throws GitAPIException, IOException {
        var commit = staged(message).setSign(true).setSigner(signer).call().getName();
        push();
        return commit;
    }

    private CommitCommand staged(String message) throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.add().addFilepattern(".").setUpdate(true).call();
        return git.commit()
                .setMessage(message)
                .setAuthor("Ada", "ada@example.org")
                .setCommitter("Ada", "ada@example.org");
    }

    /// Pushes the branch that is checked out.
    public void push() throws GitAPIException, IOException {
        for (var result : git.push().add(git.getRepository().getFullBranch()).call()) {
            assertThat(result.getRemoteUpdates())
                    .allMatch(update -> update.getStatus() == RemoteRefUpdate.Status.OK);
        }
    }

    /// Pushes the branch that is checked out in place of what the host has.
    public void forcePush() throws GitAPIException, IOException {
        git.push().setForce(true).add(git.getRepository().getFullBranch()).call();
    }

    /// Goes back to a commit, with the branch.
    public SampleClone reset(String commit) throws GitAPIException {
        git.reset().setMode(ResetType.HARD).setRef(commit).call();
        return this;
    }

    /// Tags the commit that is checked out, and pushes that.
    public void pushTag(String name) throws GitAPIException {
        git.tag().setName(name).setAnnotated(false).setSigned(false).call();
        git.push().add("refs/tags/" + name).call();
    }

    /// Deletes a tag at the host.
    public void deleteTag(String name) throws GitAPIException {
        git.push().add(":refs/tags/" + name).call();
    }

    /// Puts the commit where the host keeps it, past the host: nobody is told.
    public void pushPast(Path bareRepository) throws GitAPIException {
        git.push().setRemote(bareRepository.toUri().toString()).add("HEAD:refs/heads/main").call();
    }

    public String push(String message) throws GitAPIException, IOException {
        var commit = commit(message);
        push();
        return commit;
    }

    /// The commit that the host has on main now.
    public String tip() throws GitAPIException, IOException {
        git.fetch().call();
        return git.getRepository().resolve("refs/remotes/origin/main").getName();
    }

    /// Waits until the host has another commit on main.
    public String awaitTipAfter(String commit) {
        return Tiphys.eventually().until(this::tip, tip -> !tip.equals(commit));
    }

    /// The branches that the host has now.
    public List<String> branches() throws GitAPIException {
        return git.lsRemote().setHeads(true).call().stream()
                .map(it -> Repository.shortenRefName(it.getName()))
                .toList();
    }

    /// Goes to what the host has on main.
    public SampleClone update() throws GitAPIException, IOException {
        return reset(tip());
    }

    /// The commits from one, itself left out, to another, newest first.
    public List<String> commits(String from, String to) throws GitAPIException, IOException {
        var commits = new ArrayList<String>();
        var range = git.log().addRange(ObjectId.fromString(from), ObjectId.fromString(to));
        range.call().forEach(commit -> commits.add(commit.getName()));
        return commits;
    }

    public String message(String commit) throws IOException {
        return git.getRepository().parseCommit(ObjectId.fromString(commit)).getFullMessage();
    }

    /// Every file of a commit, byte for byte (as Latin-1, which loses none).
    public Map<String, String> files(String commit) throws IOException {
        var repository = git.getRepository();
        var files = new TreeMap<String, String>();
        try (var walk = new TreeWalk(repository)) {
            walk.addTree(repository.parseCommit(ObjectId.fromString(commit)).getTree());
            walk.setRecursive(true);
            while (walk.next()) {
                files.put(
                        walk.getFileMode() + " " + walk.getPathString(),
                        new String(
                                repository.open(walk.getObjectId(0)).getBytes(),
                                StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    @Override
    public void close() throws IOException {
        git.close();
        // JGit may still collect garbage in it: what is left goes with the temporary files.
        FileUtils.delete(
                directory.toFile(),
                FileUtils.RECURSIVE | FileUtils.SKIP_MISSING | FileUtils.IGNORE_ERRORS);
    }
}
