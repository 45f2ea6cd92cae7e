package io.tiphys.repo.git;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// The host's side of a mirror. Every call is one exchange over the network, counted and timed
/// under Argo CD's names; what goes wrong is told without credentials.
final class GitRemote {

    /// Argo CD's names and buckets. Micrometer adds `_total` and `_seconds`.
    private static final String REQUESTS = "argocd_git_request";
    private static final String DURATION = "argocd_git_request_duration";

    private static final Duration[] BUCKETS =
            Stream.of(100, 250, 500, 1000, 2000, 4000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    /// JGit's words for a host that wants somebody else to ask.
    private static final List<String> REFUSALS =
            List.of("not authorized", "not permitted", "uthentication");

    private static final Pattern CREDENTIALS = Pattern.compile("//[^/\\s]*@");

    private final Repository repository;
    private final URIish address;
    private final int timeoutSeconds;
    private final MeterRegistry meters;

    /// @param repository where what is fetched goes
    GitRemote(Repository repository, URIish address, Duration timeout, MeterRegistry meters) {
        this.repository = repository;
        this.address = address;
        // To JGit, none at all would mean for ever.
        this.timeoutSeconds = (int) Math.max(1, timeout.toSeconds());
        this.meters = meters;
    }

    /// The refs of these full names that the host has. One small question where it speaks Git's
    /// protocol of version 2: it is told the names as prefixes and leaves the other refs out.
    Map<String, Ref> refs(Collection<String> names) {
        var timer = Timer.start(meters);
        try (var transport = open();
                var connection = transport.openFetch(List.of(), names.toArray(String[]::new))) {
            var found = new HashMap<>(connection.getRefsMap());
            found.keySet().retainAll(names);
            return found;
        } catch (NotSupportedException | TransportException failure) {
            throw unreadable(failure);
        } finally {
            count("ls-remote", timer);
        }
    }

    /// Brings refs, and bare commits, each to its [#local] name.
    ///
    /// @return false if the host lacks one of them
    boolean fetch(Collection<String> refs) {
        var timer = Timer.start(meters);
        try (var transport = open()) {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.fetch(
                    NullProgressMonitor.INSTANCE,
                    refs.stream().map(ref -> new RefSpec("+" + ref + ":" + local(ref))).toList());
            return true;
        } catch (NotSupportedException | TransportException failure) {
            // The only sign that there is no such ref: JGit's words, Git's and those of JGit's
            // own server.
            var message = String.valueOf(failure.getMessage());
            if (Stream.of("does not have", "not our ref", "not valid")
                    .anyMatch(message::contains)) {
                return false;
            }
            throw unreadable(failure);
        } finally {
            count("fetch", timer);
        }
    }

    /// @param ref full name of a branch, or `HEAD` for the default branch
    /// @return false if the branch has moved since `expected`
    boolean push(String ref, String expected, ObjectId commit) {
        var target = ref.equals(Constants.HEAD) ? defaultBranch() : ref;
        try (var transport = open()) {
            var update =
                    new RemoteRefUpdate(
                            repository,
                            (String) null,
                            commit,
                            target,
                            false,
                            null,
                            ObjectId.fromString(expected));
            transport.push(NullProgressMonitor.INSTANCE, List.of(update));
            return switch (update.getStatus()) {
                case OK, UP_TO_DATE -> true;
                case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> false;
                case REJECTED_OTHER_REASON -> {
                    if (String.valueOf(update.getMessage()).contains("lock")) {
                        yield false;
                    }
                    throw new ManifestFailure(
                            "%s refused the push to %s: %s"
                                    .formatted(shown(), target, update.getMessage()));
                }
                case REJECTED_NODELETE, NON_EXISTING, NOT_ATTEMPTED, AWAITING_REPORT ->
                        throw new ManifestFailure(
                                "%s did not take the push to %s: %s"
                                        .formatted(shown(), target, update.getStatus()));
            };
        } catch (TransportException | NotSupportedException failure) {
            throw new ManifestFailure(
                    "Pushing to %s failed: %s".formatted(shown(), reason(failure)), true);
        } catch (IOException broken) {
            throw new UncheckedIOException("The mirror of " + shown() + " is broken", broken);
        }
    }

    /// Where a fetched ref stands in the mirror; `HEAD` and bare commits need a name of their own.
    static String local(String ref) {
        return ref.startsWith("refs/") ? ref : "refs/tiphys/" + ref;
    }

    /// The address, for messages.
    String shown() {
        return withoutCredentials(address);
    }

    /// For messages. A user's name may be a token, and goes too.
    static String withoutCredentials(URIish address) {
        return address.setUser(null).setPass(null).toString();
    }

    /// The branch that the host's `HEAD` stands for: pushing to `HEAD` itself is not possible.
    private String defaultBranch() {
        return Optional.ofNullable(refs(List.of(Constants.HEAD)).get(Constants.HEAD))
                .filter(Ref::isSymbolic)
                .map(head -> head.getTarget().getName())
                .orElseThrow(
                        () ->
                                new ManifestFailure(
                                        shown()
                                                + " does not say which branch HEAD is: name the"
                                                + " branch"));
    }

    private Transport open() throws NotSupportedException, TransportException {
        var transport = Transport.open(repository, address);
        transport.setTimeout(timeoutSeconds);
        return transport;
    }

    private ManifestFailure unreadable(IOException failure) {
        if (failure instanceof NoRemoteRepositoryException) {
            return new ManifestFailure("There is no Git repository at " + shown());
        }
        var reason = reason(failure);
        return new ManifestFailure(
                "The repository %s cannot be read: %s".formatted(shown(), reason),
                REFUSALS.stream().noneMatch(reason::contains));
    }

    /// JGit's own words. They may repeat the address, whole or without its password alone.
    private static String reason(Exception failure) {
        var message = CREDENTIALS.matcher(String.valueOf(failure.getMessage())).replaceAll("//");
        int colon = message.indexOf(": ");
        return message.startsWith("http") && colon > 0 ? message.substring(colon + 2) : message;
    }

    private void count(String type, Timer.Sample began) {
        began.stop(
                Timer.builder(DURATION)
                        .tags("repo", shown(), "request_type", type)
                        .serviceLevelObjectives(BUCKETS)
                        .register(meters));
        meters.counter(REQUESTS, "repo", shown(), "request_type", type).increment();
    }
}
