package io.tiphys.repo.git;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.model.Signers.Mode;
import io.tiphys.core.model.SigningKeys;
import io.tiphys.core.policy.Signature;
import io.tiphys.core.policy.Signed;
import io.tiphys.core.policy.SourceIntegrity;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/// Verifies commits and tags by what a project demands of them. A verdict is remembered for as long
/// as policy and keys stay as they are and no key expires.
final class Verification {

    private static final int MAX_REMEMBERED = 50_000;
    private static final int MAX_RINGS = 16;

    /// What is larger is no message, and not looked at.
    private static final int MAX_OBJECT_BYTES = 1024 * 1024;

    private static final int MAX_COMMITS = 200_000;

    /// Who is told of that many mends the first of them.
    private static final int MAX_REFUSED = 100;

    private static final Duration LONGEST = Duration.ofDays(1);

    /// With time alone, only a key that was made by a clock that is ahead begins to count.
    private static final Duration REFUSED = Duration.ofMinutes(10);

    /// Stands in the message of a commit whose author vouches for all that it goes back to.
    private static final String SEAL = "argocd-gpg-seal:";

    private final InstantSource clock;
    private final Cache<Asked, Known> verdicts =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
    private final Cache<SigningKeys, Signatures> rings =
            Caffeine.newBuilder().maximumSize(MAX_RINGS).build();

    /// An annotated tag.
    ///
    /// @param object its id
    /// @param ref full name of what names it
    record Tag(String object, String ref) {

        String name() {
            return ref.startsWith(Constants.R_TAGS)
                    ? ref.substring(Constants.R_TAGS.length())
                    : ref;
        }
    }

    private record Asked(Optional<Tag> tag, String commit, Demand.Signatures demand) {}

    private record Known(Verdict verdict, Instant until) {}

    /// Where a history ends that has to be looked at.
    ///
    /// @param gap why it cannot be looked at as far as that; empty if it can
    private record Ends(List<ObjectId> commits, String gap) {}

    Verification(InstantSource clock) {
        this.clock = clock;
    }

    /// @param tag that was followed to the commit; empty if there was none that is an object
    /// @throws IOException if the mirror is damaged
    Verdict verify(
            Repository repository, Optional<Tag> tag, String commit, Demand.Signatures demand)
            throws IOException {
        return known(repository, new Asked(tag, commit, demand)).verdict();
    }

    private Known known(Repository repository, Asked asked) throws IOException {
        var remembered = remembered(asked);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        try (var reader = repository.newObjectReader()) {
            var found = new LookAt(repository, reader, asked).verdict();
            verdicts.put(asked, found);
            return found;
        }
    }

    private Optional<Known> remembered(Asked asked) {
        return Optional.ofNullable(verdicts.getIfPresent(asked))
                .filter(it -> clock.instant().isBefore(it.until()));
    }

    /// One look at a commit and at what it rests on.
    private final class LookAt {

        private final Repository repository;
        private final ObjectReader reader;
        private final Asked asked;
        private final Signatures signatures;
        private final Instant now = clock.instant();
        private Instant until = now.plus(LONGEST);

        LookAt(Repository repository, ObjectReader reader, Asked asked) {
            this.repository = repository;
            this.reader = reader;
            this.asked = asked;
            signatures = rings.get(asked.demand().keys(), Signatures::new);
        }

        /// A tag's signature stands for the commit's, unless all that went before counts.
        Known verdict() throws IOException {
            boolean strict = asked.demand().signers().mode() == Mode.STRICT;
            var commit = ObjectId.fromString(asked.commit());
            if (asked.tag().isEmpty()) {
                return known(judge(strict ? history(commit) : List.of(commit(commit))));
            }
            var own = judge(List.of(tag(asked.tag().get())));
            if (!strict) {
                return known(own);
            }
            var rest =
                    Verification.this.known(
                            repository,
                            new Asked(Optional.empty(), asked.commit(), asked.demand()));
            limit(rest.until());
            return known(own.and(rest.verdict()));
        }

        private Verdict judge(List<Signed> signed) {
            return SourceIntegrity.judge(asked.demand().signers(), signed);
        }

        private Known known(Verdict verdict) {
            return new Known(verdict, verdict.allowed() ? until : now.plus(REFUSED));
        }

        /// The commit, and those before it that must not be.
        private List<Signed> history(ObjectId commit) throws IOException {
            var signed = new ArrayList<>(List.of(commit(commit)));
            var ends = ends(commit);
            if (!ends.gap().isEmpty()) {
                signed.add(new Signed(commit.name(), false, "", new Signature.Bad("", ends.gap())));
                return signed;
            }
            try (var walk = new RevWalk(reader)) {
                walk.setRetainBody(false);
                walk.markStart(walk.parseCommit(commit));
                for (var end : ends.commits()) {
                    walk.markUninteresting(walk.parseCommit(end));
                }
                for (var one = walk.next();
                        one != null && signed.size() < MAX_REFUSED;
                        one = walk.next()) {
                    var before = commit(one);
                    if (!one.equals(commit) && !isBySigner(before)) {
                        signed.add(before);
                    }
                }
            }
            return signed;
        }

        /// Where a history need not be followed any further: at commits that were found to be in
        /// order with all that is behind them, and at those by which a signer vouches for that.
        private Ends ends(ObjectId commit) throws IOException {
            var ends = new ArrayList<ObjectId>();
            var seen = new HashSet<ObjectId>();
            var open = new ArrayDeque<>(List.of(commit));
            var cuts = repository.getObjectDatabase().getShallowCommits();
            try (var walk = new RevWalk(reader)) {
                while (!open.isEmpty()) {
                    var id = open.remove();
                    if (!seen.add(id)) {
                        continue;
                    }
                    if (seen.size() > MAX_COMMITS) {
                        return new Ends(
                                List.of(),
                                "goes back to more than %d commits: a commit that seals them is needed"
                                        .formatted(MAX_COMMITS));
                    }
                    var parsed = walk.parseCommit(id);
                    if (isInOrder(id)
                            || (isSeal(parsed.getFullMessage()) && isBySigner(commit(id)))) {
                        ends.add(id);
                    } else if (cuts.contains(id)) {
                        // What was not fetched may be signed by anybody.
                        return new Ends(
                                List.of(),
                                "goes back to commits that are not fetched, by the depth in its"
                                    + " Secret: more depth or a commit that seals them is needed");
                    } else {
                        open.addAll(Arrays.asList(parsed.getParents()));
                    }
                    parsed.disposeBody();
                }
            }
            return new Ends(ends, "");
        }

        private boolean isInOrder(ObjectId commit) {
            var before = new Asked(Optional.empty(), commit.name(), asked.demand());
            var known = remembered(before).filter(it -> it.verdict().allowed());
            known.ifPresent(it -> limit(it.until()));
            return known.isPresent();
        }

        private static boolean isSeal(String message) {
            return message.toLowerCase(Locale.ROOT).contains(SEAL);
        }

        private boolean isBySigner(Signed signed) {
            return SourceIntegrity.isBySigner(asked.demand().signers(), signed);
        }

        private Signed commit(ObjectId id) throws IOException {
            var raw = raw(id, Constants.OBJ_COMMIT);
            if (raw.isEmpty()) {
                return new Signed(id.name(), false, "", TOO_LARGE);
            }
            var object = SignedObject.commit(raw.get());
            var signature = check(object, object.made("committer").at());
            return new Signed(id.name(), false, object.made("author").who(), signature);
        }

        /// What was signed as another tag must not pass for this one.
        private Signed tag(Tag tag) throws IOException {
            var raw = raw(ObjectId.fromString(tag.object()), Constants.OBJ_TAG);
            if (raw.isEmpty()) {
                return new Signed(tag.name(), true, "", TOO_LARGE);
            }
            var object = SignedObject.tag(raw.get());
            var tagger = object.made("tagger");
            var signature = check(object, tagger.at());
            var name = object.header("tag");
            if (signature instanceof Signature.Good(var keys) && !name.equals(tag.name())) {
                signature =
                        new Signature.Bad(
                                keys.getFirst(),
                                "signed as the tag '%s'".formatted(SignedObject.shortened(name)));
            }
            return new Signed(tag.name(), true, tagger.who(), signature);
        }

        private Signature check(SignedObject object, Instant madeAt) {
            var checked = signatures.check(object, madeAt, now);
            limit(checked.until());
            return checked.signature();
        }

        private void limit(Instant end) {
            until = end.isBefore(until) ? end : until;
        }

        private Optional<byte[]> raw(ObjectId id, int type) throws IOException {
            var object = reader.open(id, type);
            return object.getSize() > MAX_OBJECT_BYTES
                    ? Optional.empty()
                    : Optional.of(object.getBytes(MAX_OBJECT_BYTES));
        }
    }

    private static final Signature TOO_LARGE =
            new Signature.Bad("", "larger than 1 MB, and not looked at");
}
