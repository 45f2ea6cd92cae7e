package io.tiphys.core.policy;

import com.google.re2j.Pattern;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.SignaturePolicy;
import io.tiphys.core.model.SignaturePolicy.Addresses;
import io.tiphys.core.model.Signers;
import io.tiphys.core.model.SigningKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Decides which commits the Applications of a project may be made of, by Argo CD's
/// `sourceIntegrity` and `signatureKeys`, and says it in Argo CD's words. It is about repositories
/// of Git; charts and artefacts of registries have no commits.
public final class SourceIntegrity {

    /// A flood of reasons helps nobody.
    private static final int MAX_PROBLEMS = 10;

    /// Spellings by which a host may understand another address than a glob does: empty and dotted
    /// parts, escapes of what needs none, queries.
    private static final Pattern MISLEADING =
            Pattern.compile(
                    "(?i)//|/\\.\\.?(?:/|$)|[?#\\\\]"
                            + "|%(?:2[def]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e)");

    private static final String SCHEME_END = "://";

    private SourceIntegrity() {}

    /// What must hold of what comes from a repository.
    public sealed interface Demand {

        record Nothing() implements Demand {}

        /// @param keys what signatures are checked with
        record Signatures(Signers signers, SigningKeys keys) implements Demand {}

        /// Nothing may come from it until a person has mended what is wrong.
        record Unmeetable(String reason) implements Demand {}
    }

    /// What became of the signatures that were looked at.
    ///
    /// @param problems why the commit may not be used; none if it may
    /// @param signature that of the commit or tag itself, in a few words
    public record Verdict(List<String> problems, String signature) {

        public boolean allowed() {
            return problems.isEmpty();
        }

        /// This, if another must hold as well.
        public Verdict and(Verdict other) {
            var all = new ArrayList<>(problems);
            all.addAll(other.problems);
            return new Verdict(List.copyOf(all), signature);
        }
    }

    /// Where several policies speak of one repository none counts, so that a mistake in one of them
    /// does not open what another closes.
    ///
    /// @param url of the repository, as an Application spells it
    public static Demand demanded(Project project, String url, SigningKeys keys) {
        if (project.signatures().isEmpty()) {
            return new Demand.Nothing();
        }
        var address = url.strip();
        if (isMisleading(address)) {
            return new Demand.Unmeetable(
                    "The address of the repository must be spelled plainly: the project %s has"
                                    .formatted(project.name())
                            + " policies for signatures, which go by it");
        }
        var policies = matching(project.signatures(), address);
        if (policies.size() > 1) {
            return new Demand.Unmeetable(
                    "multiple (%d) git source integrity policies found for repo URL: %s"
                            .formatted(policies.size(), RepositoryUrl.canonical(address)));
        }
        return policies.stream()
                .map(SignaturePolicy::signers)
                .filter(it -> it.mode() != Signers.Mode.NONE)
                .<Demand>map(it -> new Demand.Signatures(it, keys))
                .findFirst()
                .orElseGet(Demand.Nothing::new);
    }

    static boolean isMisleading(String address) {
        int scheme = address.indexOf(SCHEME_END);
        var rest = scheme < 0 ? address : address.substring(scheme + SCHEME_END.length());
        return MISLEADING.matcher(rest).find();
    }

    /// Argo CD goes by the spelling alone. Here those policies count as well that would by another
    /// spelling of the same address: capitals or a user's name lead past none.
    private static List<SignaturePolicy> matching(List<SignaturePolicy> policies, String address) {
        var canonical = RepositoryUrl.canonical(address);
        Predicate<Addresses> isSame = it -> it.canonical().matches(canonical);
        Predicate<Addresses> isMeant = isSame.or(it -> it.spelled().matches(address));
        return policies.stream()
                .filter(it -> it.repositories().stream().anyMatch(of(false, isMeant)))
                .filter(it -> it.repositories().stream().noneMatch(of(true, isSame)))
                .toList();
    }

    private static Predicate<Addresses> of(boolean except, Predicate<Addresses> matches) {
        return matches.and(it -> it.except() == except);
    }

    /// Whether the signature of a commit or tag is by one of those who may sign.
    public static boolean isBySigner(Signers signers, Signed signed) {
        return reason(signers, signed.signature()).isEmpty();
    }

    /// @param signed what had to be looked at, the commit or tag itself first; never empty
    public static Verdict judge(Signers signers, List<Signed> signed) {
        var problems = new ArrayList<String>();
        var told = new HashSet<String>();
        for (var one : signed) {
            var reason = reason(signers, one.signature());
            var key = key(one.signature());
            // Who signed a hundred commits with a wrong key needs to be told once.
            if (reason.isPresent()
                    && problems.size() < MAX_PROBLEMS
                    && (key.isEmpty() || one.tag() || told.add(key))) {
                problems.add(
                        "%s: Failed verifying revision %s by '%s': %s (key_id=%s)"
                                .formatted(
                                        check(signers),
                                        one.revision(),
                                        one.by(),
                                        reason.get(),
                                        key));
            }
        }
        return new Verdict(List.copyOf(problems), inWords(signed.getFirst()));
    }

    /// Empty if nothing is wrong with it.
    private static Optional<String> reason(Signers signers, Signature signature) {
        return switch (signature) {
            case Signature.None() -> Optional.of("unsigned");
            case Signature.Bad(_, var reason) -> Optional.of(reason);
            case Signature.Good(var keys) ->
                    mayNotSign(signers.gpgKeys(), keys) && mayNotSign(signers.sshKeys(), keys)
                            ? Optional.of("signed with unallowed key")
                            : Optional.empty();
        };
    }

    private static boolean mayNotSign(Collection<String> allowed, Collection<String> keys) {
        return Collections.disjoint(allowed, keys);
    }

    private static String key(Signature signature) {
        return switch (signature) {
            case Signature.None() -> "";
            case Signature.Bad(var key, _) -> key;
            case Signature.Good(var keys) -> keys.getFirst();
        };
    }

    private static String check(Signers signers) {
        if (signers.sshKeys().isEmpty()) {
            return "GIT/GPG";
        }
        return signers.gpgKeys().isEmpty() ? "GIT/SSH" : "GIT/GPG/SSH";
    }

    /// As Argo CD's `signatureInfo` has it.
    private static String inWords(Signed signed) {
        return switch (signed.signature()) {
            case Signature.None() -> "Revision is not signed.";
            case Signature.Bad(var key, var reason) ->
                    "Invalid signature from %s key %s: %s".formatted(signed.by(), key, reason);
            case Signature.Good(var keys) ->
                    "Good signature from %s key %s".formatted(signed.by(), keys.getFirst());
        };
    }
}
