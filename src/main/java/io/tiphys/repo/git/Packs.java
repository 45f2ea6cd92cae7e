package io.tiphys.repo.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.jboss.logging.Logger;

/// The packs of a mirror. Every fetch leaves one, and each makes finding an object a little dearer.
/// Git's own collection, which JGit would begin at fifty of them, works through all that can be
/// reached and writes all of it anew: in a large repository that is most of the work there is. Here
/// the small ones are folded into one, at a cost that follows from what was fetched. What cannot be
/// reached any more goes now and then, with the packs that hold much of it.
final class Packs {

    private static final Logger LOG = Logger.getLogger(Packs.class);

    /// As many as Git itself bears.
    private static final int MOST = 50;

    /// A pack is written anew when one in so many of its objects is of no use.
    private static final int WORTHWHILE = 4;

    private final FileRepository repository;
    private final AtomicBoolean busy = new AtomicBoolean();

    /// What must not go.
    interface Roots {

        /// @return commits and tags that are here
        /// @throws IOException if the mirror is damaged
        Set<ObjectId> now() throws IOException;
    }

    Packs(FileRepository repository) {
        this.repository = repository;
        for (var trigger :
                List.of(
                        ConfigConstants.CONFIG_KEY_AUTO,
                        ConfigConstants.CONFIG_KEY_AUTOPACKLIMIT)) {
            repository.getConfig().setInt(ConfigConstants.CONFIG_GC_SECTION, null, trigger, 0);
        }
        // Even to find that there is nothing to do, it would lock files behind our back.
        repository
                .getConfig()
                .setBoolean(
                        ConfigConstants.CONFIG_GC_SECTION,
                        null,
                        ConfigConstants.CONFIG_KEY_AUTODETACH,
                        false);
    }

    /// Folds them if they are too many, while others read and fetch.
    void tidy() {
        var packs = repository.getObjectDatabase().getPacks();
        if (packs.size() > MOST && busy.compareAndSet(false, true)) {
            Thread.ofVirtual().name("packs").start(() -> tidy(List.copyOf(packs)));
        }
    }

    private void tidy(List<Pack> packs) {
        try {
            var small = small(packs);
            if (small.size() > 1) {
                remove(small, fold(small, _ -> true));
            }
        } catch (IOException failure) {
            LOG.warnf(
                    "The packs of %s stay as they are: %s",
                    repository.getDirectory(), failure.getMessage());
        } finally {
            busy.set(false);
        }
    }

    /// All but those that are larger than all smaller ones together: so an object is written again
    /// only when its pack has doubled.
    private static List<Pack> small(List<Pack> packs) {
        var small =
                packs.stream()
                        .map(pack -> new Sized(pack, pack.getPackFile().length()))
                        .sorted(Comparator.comparingLong(Sized::bytes).reversed())
                        .collect(Collectors.toCollection(ArrayDeque::new));
        long rest = small.stream().mapToLong(Sized::bytes).sum();
        while (!small.isEmpty() && 2 * small.getFirst().bytes > rest) {
            rest -= small.removeFirst().bytes;
        }
        return small.stream().map(Sized::pack).toList();
    }

    private record Sized(Pack pack, long bytes) {}

    /// Writes what there is in packs, as far as it is wanted, into a new one.
    ///
    /// @return its file; empty if nothing is wanted
    private Optional<Path> fold(List<Pack> packs, Predicate<ObjectId> wanted) throws IOException {
        var folded = Files.createTempFile(repository.getDirectory().toPath(), "fold", null);
        String name;
        try {
            name = write(packs, wanted, folded);
            if (name.isEmpty()) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(folded);
                    var inserter = repository.newObjectInserter()) {
                inserter.newPackParser(in).parse(NullProgressMonitor.INSTANCE);
                inserter.flush();
            }
        } finally {
            Files.delete(folded);
        }
        var written = packs.getFirst().getPackFile().toPath().resolveSibling(fileName(name));
        if (!Files.exists(written)) {
            throw new IOException(written.getFileName() + " was not written");
        }
        return Optional.of(written);
    }

    /// @param folded what all that is wanted of them is in now
    private void remove(List<Pack> packs, Optional<Path> folded) throws IOException {
        for (var pack : packs) {
            // If one held all that the others held, the new one is this very one.
            if (folded.filter(pack.getPackFile().toPath()::equals).isEmpty()) {
                remove(pack);
            }
        }
        // Looks at the disk again: what is gone must not be found.
        repository.getObjectDatabase().getPacks();
    }

    /// Drops what cannot be reached from roots, if it has been here for a while, from the packs
    /// that hold much of it. Reads go on; whoever finds a commit here finds all of it.
    ///
    /// @param roots what must stay; asked once more before anything goes
    /// @param since packs that came later are left as they are
    /// @param exchange no root is added by others while they hold it
    /// @throws IOException if the mirror is damaged
    void prune(Roots roots, Instant since, Lock exchange) throws IOException {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        try {
            var packs = List.copyOf(repository.getObjectDatabase().getPacks());
            var starts = roots.now();
            var reachable = reachable(starts);
            var doomed = new ArrayList<Pack>();
            for (var pack : packs) {
                if (isOld(pack, since) && isWorthwhile(pack, reachable)) {
                    doomed.add(pack);
                }
            }
            if (doomed.isEmpty()) {
                return;
            }
            starts.addAll(strays(packs, doomed, reachable));
            var kept = reachable(starts);
            var folded = fold(doomed, kept::contains);
            exchange.lock();
            try {
                if (kept.containsAll(roots.now())) {
                    remove(doomed, folded);
                }
            } finally {
                exchange.unlock();
            }
        } finally {
            busy.set(false);
        }
    }

    private static boolean isOld(Pack pack, Instant since) throws IOException {
        return Files.getLastModifiedTime(pack.getPackFile().toPath()).toInstant().isBefore(since);
    }

    private static boolean isWorthwhile(Pack pack, Set<ObjectId> reachable) {
        int all = 0;
        int useless = 0;
        for (var entry : pack) {
            all++;
            if (!reachable.contains(entry.toObjectId())) {
                useless++;
            }
        }
        return useless > 0 && useless >= all / WORTHWHILE;
    }

    private Set<ObjectId> reachable(Set<ObjectId> roots) throws IOException {
        var reachable = new HashSet<ObjectId>();
        try (var walk = new ObjectWalk(repository)) {
            for (var root : roots) {
                walk.markStart(walk.parseAny(root));
            }
            for (var commit = walk.next(); commit != null; commit = walk.next()) {
                reachable.add(commit.copy());
            }
            for (var object = walk.nextObject(); object != null; object = walk.nextObject()) {
                reachable.add(object.copy());
            }
        }
        return reachable;
    }

    /// Commits that stay although nothing leads to them: then what they hold stays as well.
    private Set<ObjectId> strays(List<Pack> packs, List<Pack> doomed, Set<ObjectId> reachable)
            throws IOException {
        var strays = new HashSet<ObjectId>();
        try (var reader = repository.newObjectReader()) {
            for (var pack : packs) {
                for (var entry : pack) {
                    var id = entry.toObjectId();
                    if (!doomed.contains(pack)
                            && !reachable.contains(id)
                            && reader.open(id).getType() == Constants.OBJ_COMMIT) {
                        strays.add(id);
                    }
                }
            }
        }
        return strays;
    }

    private static String fileName(String name) {
        return "pack-" + name + "." + PackExt.PACK.getExtension();
    }

    /// @return the name of the pack, which follows from what is in it; empty if nothing is
    private String write(List<Pack> packs, Predicate<ObjectId> wanted, Path file)
            throws IOException {
        var config = new PackConfig(repository);
        config.setDeltaCompress(false);
        try (var out = Files.newOutputStream(file);
                var walk = new RevWalk(repository);
                var writer = new PackWriter(config, walk.getObjectReader())) {
            var objects = objects(packs, wanted, walk);
            if (objects.isEmpty()) {
                return "";
            }
            writer.preparePack(objects.iterator());
            writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, out);
            return writer.computeName().name();
        }
    }

    private static List<RevObject> objects(
            List<Pack> packs, Predicate<ObjectId> wanted, RevWalk walk) throws IOException {
        var ids = new LinkedHashMap<ObjectId, RevObject>();
        for (var pack : packs) {
            for (var entry : pack) {
                var id = entry.toObjectId();
                if (!ids.containsKey(id) && wanted.test(id)) {
                    int type = walk.getObjectReader().open(id).getType();
                    ids.put(id, walk.lookupAny(id, type));
                }
            }
        }
        return List.copyOf(ids.values());
    }

    /// Whoever reads it looks for its objects again, and finds them in the new one. It is closed
    /// when its absence is noticed. The index goes last: without it nobody would know what the rest
    /// belongs to.
    private static void remove(Pack pack) throws IOException {
        var file = pack.getPackFile();
        for (var part : List.of(PackExt.REVERSE_INDEX, PackExt.PACK, PackExt.INDEX)) {
            Files.deleteIfExists(file.create(part).toPath());
        }
    }
}
