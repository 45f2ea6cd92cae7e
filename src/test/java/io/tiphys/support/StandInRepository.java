package io.tiphys.support;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import io.tiphys.repo.Access;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ProposalBranches;
import io.tiphys.repo.Repository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A repository of which nothing is asked but what a test answers.
public abstract class StandInRepository implements Repository {

    @Override
    public String resolve(Revision revision, FetchDemand fetch) {
        throw new AssertionError("not asked for");
    }

    @Override
    public List<Move> look(Collection<Revision> revisions) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Verdict verify(Revision revision, String commit, Demand.Signatures demand) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<CommitMetadata> metadata(String commit) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Folder folder(String commit, String path) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Folder checkout(String commit, String path, Access access) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<List<String>> changedPaths(String before, String after) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Written write(
            String branch, String path, GitCredential writing, Function<Folder, Change> edit) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Written restore(
            String branch,
            Map<String, String> commits,
            GitCredential writing,
            Author author,
            String message) {
        throw new AssertionError("not asked for");
    }

    @Override
    public ProposalBranches proposals() {
        throw new AssertionError("not asked for");
    }
}
