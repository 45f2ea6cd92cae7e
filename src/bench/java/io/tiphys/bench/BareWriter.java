package io.tiphys.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.bench.ImageFiles.Retag;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// The floor of a write-back: fetch, replace a text in files, commit, push, by JGit alone.
final class BareWriter implements AutoCloseable {

    private static final PersonIdent BARE = new PersonIdent("Bench", "bench@localhost");

    private final BareMirror mirror;
    private final String address;
    private final TopicHops hops;

    BareWriter(Path directory, String address, TopicHops hops) throws IOException {
        mirror = new BareMirror(directory, address);
        // It would go on behind what is measured, and behind its end.
        var config = mirror.repository().getConfig();
        config.setInt("gc", null, "auto", 0);
        config.setInt("gc", null, "autopacklimit", 0);
        this.address = address;
        this.hops = hops;
    }

    /// @return the milliseconds that it took, with the two hops through the event log that a
    ///     request takes before it can begin
    double write(Collection<Retag> retags) throws IOException {
        long began = System.nanoTime();
        hops.hop();
        hops.hop();
        mirror.fetch();
        push(commit(retags));
        return (System.nanoTime() - began) / 1e6;
    }

    /// Folds what was fetched and written, which is no part of what is measured.
    void tidy() throws IOException {
        HostedTwins.tidy(mirror.repository());
    }

    private ObjectId commit(Collection<Retag> retags) throws IOException {
        var repository = mirror.repository();
        try (var inserter = repository.getObjectDatabase().newPackInserter();
                var reader = repository.newObjectReader();
                var walk = new RevWalk(reader)) {
            var parent = repository.exactRef(BareMirror.MAIN).getObjectId();
            var index = DirCache.read(reader, walk.parseCommit(parent).getTree());
            var editor = index.editor();
            for (var retag : retags) {
                var before = index.getEntry(retag.file()).getObjectId();
                var text = new String(reader.open(before).getBytes(), UTF_8);
                var blob = inserter.insert(Constants.OBJ_BLOB, retag.in(text).getBytes(UTF_8));
                editor.add(
                        new PathEdit(retag.file()) {
                            @Override
                            public void apply(DirCacheEntry entry) {
                                entry.setObjectId(blob);
                            }
                        });
            }
            editor.finish();
            var commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            commit.setParentId(parent);
            commit.setAuthor(BARE);
            commit.setCommitter(BARE);
            commit.setMessage("Update\n");
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    private void push(ObjectId commit) throws IOException {
        try (var transport = Transport.open(mirror.repository(), new URIish(address))) {
            var update =
                    new RemoteRefUpdate(
                            mirror.repository(),
                            (String) null,
                            commit,
                            BareMirror.MAIN,
                            false,
                            null,
                            null);
            transport.push(NullProgressMonitor.INSTANCE, List.of(update));
            if (update.getStatus() != RemoteRefUpdate.Status.OK) {
                throw new IOException("The floor was not pushed: " + update.getStatus());
            }
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("A host has no address", impossible);
        }
    }

    @Override
    public void close() {
        mirror.close();
    }
}
