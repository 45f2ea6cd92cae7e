package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Move;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Where the revisions of a repository stand that somebody asked for, and how that is found out.
/// Not for several threads. An [IOException] means that the mirror is damaged.
final class FollowedRevisions {

    private static final Logger LOG = Logger.getLogger(FollowedRevisions.class);

    /// The most branches and tags that are fetched to find a commit by the beginning of its id.
    private static final int MAX_TIPS = 2_000;

    private final Map<Revision, RefState> states = new HashMap<>();

    /// When refs were asked for last, by their names here.
    private final Map<String, Instant> used = new ConcurrentHashMap<>();

    private final InstantSource clock;

    FollowedRevisions(InstantSource clock) {
        this.clock = clock;
    }

    /// The commit of a revision, fetched if what is known of it is not new enough.
    ///
    /// @param asked when, by [System#nanoTime()]
    String resolve(Held held, Revision revision, FetchDemand demand, long asked)
            throws IOException {
        var state = states.get(revision);
        if (state == null || !state.satisfies(demand, asked)) {
            state =
                    revision.tags().isPresent() || revision.mayBeShortCommit()
                            ? find(held, revision, demand)
                            : fetch(held, revision, demand);
        }
        if (state.ref().isEmpty()) {
            throw held.noSuchRevision(revision);
        }
        use(state.ref());
        if (state.tip() == null) {
            throw new ManifestFailure(
                    "The repository %s has no commit at '%s'"
                            .formatted(held.shown(), revision.name()));
        }
        return state.tip();
    }

    /// As [io.tiphys.repo.Repository#look], of what does move and may be a name.
    List<Move> look(Held held, List<Revision> revisions) throws IOException {
        long asked = System.nanoTime();
        var there = held.ask(revisions);
        var looks = new ArrayList<Look>();
        for (var revision : revisions) {
            looks.add(Look.of(revision, known(held, revision), there));
        }
        looks.stream().map(Look::ref).filter(ref -> !ref.isEmpty()).forEach(this::use);
        var moves = take(held, looks, asked);
        // Whoever wants it looks for a commit that begins so.
        revisions.stream()
                .filter(Revision::mayBeShortCommit)
                .filter(it -> state(it).ref().isEmpty())
                .forEach(states::remove);
        return moves;
    }

    /// Notes that somebody asked for it. For several threads.
    ///
    /// @param ref full name, or a commit's id
    void use(String ref) {
        used.put(GitRemote.local(ref), clock.instant());
    }

    /// Forgets what was not asked for since a time.
    void forgetUnused(Held held, Instant since) throws IOException {
        var unused = held.files().forgetUnused(used, since);
        used.values().removeIf(since::isAfter);
        states.values().removeIf(it -> unused.contains(GitRemote.local(it.ref())));
    }

    RefState state(Revision revision) {
        return states.getOrDefault(revision, RefState.UNKNOWN);
    }

    /// After a push of ours.
    void written(String ref, String commit) {
        states.replaceAll((_, known) -> known.ref().equals(ref) ? known.at(commit) : known);
    }

    /// Where they stand, each commit once.
    List<String> tips() {
        return states.values().stream()
                .map(RefState::commit)
                .filter(it -> !it.equals(RefState.NOWHERE))
                .distinct()
                .toList();
    }

    /// The annotated tag that led to a commit.
    ///
    /// @throws ManifestFailure if the revision stands elsewhere by now
    Optional<Verification.Tag> tag(Held held, Revision revision, String commit) {
        if (revision.isCommit()) {
            return Optional.empty();
        }
        var state = state(revision);
        if (!state.commit().equals(commit)) {
            throw new ManifestFailure(
                    "'%s' of %s moved while it was looked at"
                            .formatted(revision.name(), held.shown()),
                    true);
        }
        return Optional.ofNullable(state.tag()).map(it -> new Verification.Tag(it, state.ref()));
    }

    /// Brings all that is known into a mirror that is empty.
    void bringAll(Held held) throws IOException {
        // Tags are looked for anew: what is fetched here are commits.
        states.values().removeIf(it -> it.tag() != null);
        var tips = tips();
        if (tips.isEmpty() || !held.remote().fetch(tips)) {
            // Not every host gives commits by their ids; and some may be gone.
            states.clear();
            return;
        }
        for (var state : states.values()) {
            if (state.tip() != null) {
                held.files().point(state.ref(), ObjectId.fromString(state.tip()));
            }
        }
    }

    /// Fetches one revision, whatever kind of name it is.
    private RefState fetch(Held held, Revision revision, FetchDemand demand) throws IOException {
        long began = System.nanoTime();
        var known = state(revision);
        var candidates = new LinkedHashSet<String>();
        // What it was comes first: it costs least to find it there again.
        if (!known.ref().isEmpty()) {
            candidates.add(known.ref());
        }
        candidates.addAll(Look.candidates(revision));
        for (var ref : candidates) {
            boolean there = held.remote().fetch(List.of(ref));
            if (there) {
                if (ObjectId.isId(ref)) {
                    // JGit brings the commit, but writes no ref for one that has no name.
                    held.files().point(ref, ObjectId.fromString(ref));
                }
                var tip = held.files().tip(ref);
                var tag = held.files().tag(ref);
                var state = new RefState(ref, tip, tag, began, known.after(demand).pushes());
                states.put(revision, state);
                LOG.debugf(
                        "Fetched %s of %s in %d ms",
                        ref,
                        held.shown(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                return state;
            }
        }
        if (states.containsKey(revision)) {
            forget(held, revision);
            states.put(revision, new RefState("", null, null, began, known.after(demand).pushes()));
        }
        throw held.noSuchRevision(revision);
    }

    /// Finds what no name alone leads to: the newest tag that a constraint allows, or a commit by
    /// the beginning of its id.
    private RefState find(Held held, Revision revision, FetchDemand demand) throws IOException {
        long began = System.nanoTime();
        var look =
                Look.of(revision, known(held, revision).after(demand), held.ask(List.of(revision)));
        if (look.ref().isEmpty() && revision.mayBeShortCommit()) {
            var commit = commit(held, revision.name());
            look = commit.isEmpty() ? look : look.at(commit);
        }
        take(held, List.of(look), began);
        return state(revision);
    }

    /// The commit whose id begins like that, among all that can be reached from the host's branches
    /// and tags if it is not here yet.
    private static String commit(Held held, String beginning) throws IOException {
        var commits = held.files().commits(beginning);
        if (commits.isEmpty()) {
            var there = held.remote().refs(List.of(), List.of(Constants.R_HEADS, Constants.R_TAGS));
            var tips = there.keySet().stream().sorted().limit(MAX_TIPS).toList();
            if (!tips.isEmpty() && !held.remote().fetch(tips)) {
                throw deletedMeanwhile(held);
            }
            commits = held.files().commits(beginning);
        }
        if (commits.size() > 1) {
            throw new ManifestFailure(
                    "The repository %s has several commits that begin with '%s': write more of its id"
                            .formatted(held.shown(), beginning));
        }
        return commits.isEmpty() ? "" : commits.getFirst();
    }

    /// Brings what the host has and we have not.
    ///
    /// @param asked when the host said where they stand now
    private List<Move> take(Held held, List<Look> looks, long asked) throws IOException {
        var wanted =
                looks.stream()
                        .filter(Look::differs)
                        .map(Look::ref)
                        .filter(ref -> !ref.isEmpty() && !ObjectId.isId(ref))
                        .distinct()
                        .toList();
        if (!wanted.isEmpty() && !held.remote().fetch(wanted)) {
            throw deletedMeanwhile(held);
        }
        var moves = new LinkedHashSet<Move>();
        for (var look : looks) {
            if (look.ref().isEmpty() && look.differs()) {
                forget(held, look.revision());
            }
            if (!look.gone().isEmpty()) {
                held.files().forget(look.gone());
            }
            if (ObjectId.isId(look.ref()) && look.differs()) {
                // So that it stays.
                held.files().point(look.ref(), ObjectId.fromString(look.ref()));
            }
            var now =
                    look.differs()
                            ? look.seen(tip(held, look.ref()), tag(held, look.ref()), asked)
                            : look.seen(look.known().tip(), look.known().tag(), asked);
            states.put(look.revision(), now);
            look.move(now.tip()).ifPresent(moves::add);
        }
        return List.copyOf(moves);
    }

    private static @Nullable String tip(Held held, String ref) throws IOException {
        return ref.isEmpty() ? null : held.files().tip(ref);
    }

    private static @Nullable String tag(Held held, String ref) throws IOException {
        return ref.isEmpty() ? null : held.files().tag(ref);
    }

    private static ManifestFailure deletedMeanwhile(Held held) {
        return new ManifestFailure(
                "A ref of %s was deleted while it was fetched".formatted(held.shown()), true);
    }

    /// What is known of a revision: after a restart, what its last fetch left on the disk.
    private RefState known(Held held, Revision revision) throws IOException {
        var state = states.get(revision);
        if (state != null) {
            return state;
        }
        var candidates = new ArrayList<String>();
        held.files().newest(revision).ifPresent(candidates::add);
        candidates.addAll(Look.candidates(revision));
        for (var ref : candidates) {
            var tip = held.files().tip(ref);
            if (tip != null) {
                return new RefState(ref, tip, held.files().tag(ref), 0, Set.of());
            }
        }
        return RefState.UNKNOWN;
    }

    private static void forget(Held held, Revision revision) throws IOException {
        for (var ref : Look.candidates(revision)) {
            held.files().forget(ref);
        }
    }
}
