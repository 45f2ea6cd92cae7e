package io.tiphys.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A developer's clone of the sample repository, which pushes, and beside it a bare mirror, which
/// fetches what was pushed.
final class SampleClone implements AutoCloseable {

    private static final String MAIN = BareMirror.MAIN;

    private final URIish address;
    private final Repository clone;
    private final BareMirror mirror;

    private SampleClone(URIish address, Repository clone, BareMirror mirror) {
        this.address = address;
        this.clone = clone;
        this.mirror = mirror;
    }

    static SampleClone of(Service service) throws IOException {
        try {
            var address = service.sampleRepository();
            return new SampleClone(
                    new URIish(address),
                    new BareMirror(service.folder("clone.git"), address).repository(),
                    new BareMirror(service.folder("mirror.git"), address));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("The service names no address", impossible);
        }
    }

    /// Commits files on top of what was pushed last, and pushes.
    ///
    /// @return the commit, once the host has taken it
    String push(Map<String, String> files) throws IOException {
        var parent = clone.resolve(MAIN);
        var commit = commit(parent, files);
        try (var transport = Transport.open(clone, address)) {
            var update =
                    new RemoteRefUpdate(clone, (String) null, commit, MAIN, false, null, parent);
            transport.push(NullProgressMonitor.INSTANCE, List.of(update));
            if (update.getStatus() != RemoteRefUpdate.Status.OK) {
                throw new IOException("The push was not taken: " + update);
            }
        }
        var main = clone.updateRef(MAIN);
        main.setNewObjectId(commit);
        main.update();
        return commit.name();
    }

    /// Brings what was pushed into the mirror.
    void fetch(String commit) throws IOException {
        mirror.fetch();
        if (!mirror.repository().resolve(MAIN).name().equals(commit)) {
            throw new IOException("The mirror has not the commit " + commit);
        }
    }

    /// Reads a folder's files and parses them.
    void parse(String commit, String folder) throws IOException {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        try (var revisions = new RevWalk(mirror.repository());
                var found =
                        TreeWalk.forPath(
                                mirror.repository(),
                                folder,
                                revisions.parseCommit(ObjectId.fromString(commit)).getTree());
                var files = new TreeWalk(mirror.repository())) {
            files.addTree(found.getObjectId(0));
            while (files.next()) {
                var text = mirror.repository().open(files.getObjectId(0)).getCachedBytes();
                yaml.loadAll(new String(text, StandardCharsets.UTF_8)).forEach(_ -> {});
            }
        }
    }

    private ObjectId commit(ObjectId parent, Map<String, String> files) throws IOException {
        try (var inserter = clone.newObjectInserter();
                var revisions = new RevWalk(clone)) {
            var changed = new TreeMap<String, ObjectId>();
            for (var file : files.entrySet()) {
                changed.put(
                        file.getKey(),
                        inserter.insert(
                                Constants.OBJ_BLOB,
                                file.getValue().getBytes(StandardCharsets.UTF_8)));
            }
            var tree = DirCache.newInCore();
            var builder = tree.builder();
            try (var existing = new TreeWalk(clone)) {
                existing.addTree(revisions.parseCommit(parent).getTree());
                existing.setRecursive(true);
                while (existing.next()) {
                    if (!changed.containsKey(existing.getPathString())) {
                        builder.add(entry(existing.getPathString(), existing.getObjectId(0)));
                    }
                }
            }
            changed.forEach((path, id) -> builder.add(entry(path, id)));
            builder.finish();
            var author = new PersonIdent("Bench", "bench@localhost");
            var commit = new CommitBuilder();
            commit.setTreeId(tree.writeTree(inserter));
            commit.setParentId(parent);
            commit.setAuthor(author);
            commit.setCommitter(author);
            commit.setMessage("Change a value\n");
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    private static DirCacheEntry entry(String path, ObjectId id) {
        var entry = new DirCacheEntry(path);
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(id);
        return entry;
    }

    @Override
    public void close() {
        clone.close();
        mirror.close();
    }
}
