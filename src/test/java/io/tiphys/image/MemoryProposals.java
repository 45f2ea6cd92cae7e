package io.tiphys.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ProposalBranches;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.Repository.Written;
import io.tiphys.support.MemoryFolder;
import io.tiphys.support.StandInRepository;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// A branch, and one that proposes changes of it, in memory.
final class MemoryProposals implements ProposalBranches {

    final MemoryFolder base = new MemoryFolder();
    Optional<Before> head = Optional.empty();
    String reviewed = "";
    int pushes;

    /// What the branch changes.
    Map<String, String> proposed() {
        var before = head.orElseThrow();
        var changed = new TreeMap<String, String>();
        for (var file : before.head().entries(true)) {
            var text = new String(before.head().read(file), UTF_8);
            var was = before.fork().file(file.path()).map(before.fork()::read);
            if (!text.equals(was.map(it -> new String(it, UTF_8)).orElse(""))) {
                changed.put(file.path(), text);
            }
        }
        return changed;
    }

    @Override
    public Proposed propose(
            String base, String head, GitCredential writing, Function<Standing, Change> edit) {
        var change = edit.apply(new Standing(this.base, this.head));
        if (change.files().isEmpty()) {
            return new Proposed(base, this.head.isPresent() ? "c" : "", false, false);
        }
        var fork = copy(this.base);
        var made = copy(this.base);
        made.files().putAll(change.files());
        var before = this.head.map(Before::head).map(Folder::treeId);
        if (before.filter(made.treeId()::equals).isPresent()) {
            return new Proposed(base, "c", true, false);
        }
        this.head = Optional.of(new Before(fork, made));
        pushes++;
        return new Proposed(base, "c", true, true);
    }

    private static MemoryFolder copy(MemoryFolder folder) {
        return new MemoryFolder(new TreeMap<>(folder.files()), new TreeSet<>(folder.links()));
    }

    @Override
    public Written review(String branch, GitCredential writing, Function<Folder, Change> edit) {
        reviewed = edit.apply(base).message();
        return new Written("c", true);
    }

    @Override
    public void delete(String head, String commit, GitCredential writing) {
        this.head = Optional.empty();
    }

    /// The repository that has them.
    Repository repository() {
        return new StandInRepository() {
            @Override
            public ProposalBranches proposals() {
                return MemoryProposals.this;
            }
        };
    }
}
