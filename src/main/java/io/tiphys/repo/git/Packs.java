package io.tiphys.repo.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.jboss.logging.Logger;

/// The packs of a mirror. Every fetch leaves one, and each makes finding an object a little dearer.
/// Git's own collection, which JGit would begin at fifty of them, works through all that can be
/// reached and writes all of it anew: in a large repository that is most of the work there is. Here
/// the small ones are folded into one, at a cost that follows from what was fetched.
final class Packs {

    private static final Logger LOG = Logger.getLogger(Packs.class);

    /// As many as Git itself bears.
    private static final int MOST = 50;

    private final FileRepository repository;
    private final AtomicBoolean busy = new AtomicBoolean();

    Packs(FileRepository repository) {
        this.repository = repository;
        for (var trigger :
                List.of(
                        ConfigConstants.CONFIG_KEY_AUTO,
                        ConfigConstants.CONFIG_KEY_AUTOPACKLIMIT)) {
            repository.getConfig().setInt(ConfigConstants.CONFIG_GC_SECTION, null, trigger, 0);
        }
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
            fold(small(packs));
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

    private void fold(List<Pack> small) throws IOException {
        if (small.size() < 2) {
            return;
        }
        var folded = Files.createTempFile(repository.getDirectory().toPath(), "fold", null);
        String name;
        try {
            name = write(small, folded);
            try (var in = Files.newInputStream(folded);
                    var inserter = repository.newObjectInserter()) {
                inserter.newPackParser(in).parse(NullProgressMonitor.INSTANCE);
                inserter.flush();
            }
        } finally {
            Files.delete(folded);
        }
        var written = small.getFirst().getPackFile().toPath().resolveSibling(fileName(name));
        if (!Files.exists(written)) {
            throw new IOException(written.getFileName() + " was not written");
        }
        for (var pack : small) {
            // If one held all that the others held, the new one is this very one.
            if (!pack.getPackFile().toPath().equals(written)) {
                remove(pack);
            }
        }
    }

    private static String fileName(String name) {
        return "pack-" + name + "." + PackExt.PACK.getExtension();
    }

    /// @return the name of the pack, which follows from what is in it
    private String write(List<Pack> small, Path file) throws IOException {
        var config = new PackConfig(repository);
        config.setDeltaCompress(false);
        try (var out = Files.newOutputStream(file);
                var walk = new RevWalk(repository);
                var writer = new PackWriter(config, walk.getObjectReader())) {
            writer.preparePack(objects(small, walk).iterator());
            writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, out);
            return writer.computeName().name();
        }
    }

    private static List<RevObject> objects(List<Pack> small, RevWalk walk) throws IOException {
        var ids = new LinkedHashMap<ObjectId, RevObject>();
        for (var pack : small) {
            for (var entry : pack) {
                var id = entry.toObjectId();
                if (!ids.containsKey(id)) {
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
