package io.tiphys.repo.git;

import io.tiphys.repo.Repository.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/// Makes a commit from changed files, without a working tree.
record TreeEdit(Repository repository) {

    ObjectId commit(ObjectId parent, String folder, Change change) throws IOException {
        try (var inserter = repository.newObjectInserter();
                var reader = repository.newObjectReader();
                var walk = new RevWalk(reader)) {
            var index = DirCache.read(reader, walk.parseCommit(parent).getTree());
            var editor = index.editor();
            for (var file : change.files().entrySet()) {
                var blob = inserter.insert(Constants.OBJ_BLOB, file.getValue());
                var path = folder.isEmpty() ? file.getKey() : folder + "/" + file.getKey();
                editor.add(
                        new PathEdit(path) {
                            @Override
                            public void apply(DirCacheEntry entry) {
                                entry.setObjectId(blob);
                                if (entry.getRawMode() == 0) {
                                    entry.setFileMode(FileMode.REGULAR_FILE);
                                }
                            }
                        });
            }
            editor.finish();
            var commit = new CommitBuilder();
            var author = new PersonIdent(change.author().name(), change.author().mail());
            commit.setTreeId(index.writeTree(inserter));
            commit.setParentId(parent);
            commit.setAuthor(author);
            commit.setCommitter(author);
            commit.setEncoding(StandardCharsets.UTF_8);
            commit.setMessage(change.message());
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }
}
