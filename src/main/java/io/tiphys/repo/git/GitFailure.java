package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.HostTrouble;
import java.io.IOException;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.transport.URIish;

/// What went wrong with a host, in words for people who do not know how it was asked, and without
/// anything that it was shown.
///
/// @param attempt such as `cannot be read`
record GitFailure(URIish address, GitCredential credential, String attempt) {

    private static final Pattern CREDENTIALS = Pattern.compile("//[^/\\s]*@");
    private static final Pattern ADDRESS = Pattern.compile("^\\S*[/@]\\S*: ");

    /// @param problem what stands against the host; empty if nothing is known to
    ManifestFailure of(IOException failure, String problem) {
        if (!problem.isEmpty()) {
            return lasting(problem);
        }
        var reason = reason(failure);
        if (failure instanceof NoRemoteRepositoryException || reason.contains("not found")) {
            return new ManifestFailure(
                    "There is no Git repository at %s, or it is hidden from whom it does not know: %s"
                            .formatted(shown(), shownTo()));
        }
        var leaving = HostTrouble.cause(failure, HttpAccess.LeavesServer.class);
        if (leaving.isPresent()) {
            return lasting(String.valueOf(leaving.get().getMessage()));
        }
        var proxy = HostTrouble.ofProxy(reason);
        if (proxy.isPresent()) {
            return failure(proxy.get());
        }
        if (reason.contains("not authorized")
                || reason.contains("uthentication")
                || reason.contains("Cannot log in")) {
            return failure(HostTrouble.unauthorized(whose()));
        }
        if (reason.contains("not permitted")) {
            return failure(HostTrouble.forbidden(whom()));
        }
        return failure(
                HostTrouble.of(failure, address.getHost())
                        .orElseGet(() -> new HostTrouble(reason, true)));
    }

    /// For messages. A user's name may be a token, and goes too, except where it is SSH's.
    static String withoutCredentials(URIish address) {
        return HostAccess.isHttp(address)
                ? address.setUser(null).setPass(null).toString()
                : address.setPass(null).toString();
    }

    private ManifestFailure lasting(String reason) {
        return new ManifestFailure(sentence(reason));
    }

    private ManifestFailure failure(HostTrouble trouble) {
        return new ManifestFailure(sentence(trouble.reason()), trouble.passing());
    }

    private String sentence(String reason) {
        return "The repository %s %s: %s".formatted(shown(), attempt, reason);
    }

    private String shown() {
        return withoutCredentials(address);
    }

    private String shownTo() {
        return whose().isEmpty()
                ? "no credentials are configured for it that the project may use"
                : "the credentials %s may not see it".formatted(whose());
    }

    private String whom() {
        return whose().isEmpty()
                ? "whom it does not know, and there are no credentials for it that the project may"
                        + " use"
                : "the credentials " + whose();
    }

    /// Empty if nothing was shown.
    private String whose() {
        if (!credential.isNobodys()) {
            return "of the Secret " + credential.origin();
        }
        return address.getPass() == null ? "" : "in its address";
    }

    /// JGit's own words. They may repeat the address, whole or without its password alone.
    private static String reason(Exception failure) {
        var message = CREDENTIALS.matcher(String.valueOf(failure.getMessage())).replaceAll("//");
        return ADDRESS.matcher(message).replaceFirst("");
    }
}
