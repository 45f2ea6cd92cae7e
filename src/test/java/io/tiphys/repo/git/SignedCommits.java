package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.GpgSignature;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevWalk;

/// Commits and tags of a developer, put into a repository, signed or not.
record SignedCommits(Repository repository) {

    private static final PersonIdent ADA = new PersonIdent("Ada", "ada@example.org");

    /// Signs nothing.
    static final Function<byte[], String> NOBODY = _ -> "";

    /// @param sign makes a signature of the content; empty text for none
    ObjectId commit(Function<byte[], String> sign, String message, ObjectId... parents)
            throws IOException {
        try (var inserter = repository.newObjectInserter();
                var walk = new RevWalk(repository)) {
            var builder = new CommitBuilder();
            builder.setTreeId(
                    parents.length == 0
                            ? inserter.insert(Constants.OBJ_TREE, new byte[0])
                            : walk.parseCommit(parents[0]).getTree());
            builder.setParentIds(List.of(parents));
            builder.setAuthor(ADA);
            builder.setCommitter(ADA);
            builder.setMessage(message);
            var signature = sign.apply(builder.build());
            if (!signature.isEmpty()) {
                builder.setGpgSignature(new GpgSignature(signature.getBytes(ISO_8859_1)));
            }
            return flushed(inserter, inserter.insert(builder));
        }
    }

    /// @param name what the tag calls itself
    ObjectId tag(Function<byte[], String> sign, String name, ObjectId commit) throws IOException {
        try (var inserter = repository.newObjectInserter()) {
            var builder = new TagBuilder();
            builder.setTag(name);
            builder.setObjectId(commit, Constants.OBJ_COMMIT);
            builder.setTagger(ADA);
            builder.setMessage("Released\n");
            var unsigned = builder.build();
            var signed = new String(unsigned, ISO_8859_1) + sign.apply(unsigned);
            return flushed(
                    inserter, inserter.insert(Constants.OBJ_TAG, signed.getBytes(ISO_8859_1)));
        }
    }

    /// A commit as nobody's Git would write it.
    ///
    /// @param change of one that is signed
    ObjectId forged(ObjectId commit, Function<String, String> change) throws IOException {
        try (var inserter = repository.newObjectInserter()) {
            var raw = repository.open(commit).getBytes();
            var text = change.apply(new String(raw, ISO_8859_1));
            return flushed(
                    inserter, inserter.insert(Constants.OBJ_COMMIT, text.getBytes(ISO_8859_1)));
        }
    }

    private static ObjectId flushed(ObjectInserter inserter, ObjectId id) throws IOException {
        inserter.flush();
        return id;
    }
}
