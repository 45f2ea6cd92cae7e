package io.tiphys.repo.git;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
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
        var leaving = cause(failure, HttpAccess.LeavesServer.class);
        if (leaving.isPresent()) {
            return lasting(String.valueOf(leaving.get().getMessage()));
        }
        if (reason.contains("not authorized")
                || reason.contains("uthentication")
                || reason.contains("Cannot log in")) {
            return lasting(
                    whose().isEmpty()
                            ? "it asks for credentials, and there are none for it that the project"
                                    + " may use"
                            : "it does not accept the credentials %s, which may be wrong or expired"
                                    .formatted(whose()));
        }
        if (reason.contains("not permitted")) {
            return lasting("access is forbidden to %s".formatted(whom()));
        }
        if (cause(failure, SSLException.class).isPresent()) {
            return lasting(
                    "the certificate of its host is not trusted or no secure connection came about (%s); the ConfigMap argocd-tls-certs-cm can name an authority for the host"
                            .formatted(cause(failure, SSLException.class).get().getMessage()));
        }
        if (cause(failure, UnknownHostException.class).isPresent()
                || cause(failure, UnresolvedAddressException.class).isPresent()) {
            return passing("its host %s is not known".formatted(address.getHost()));
        }
        return passing(reason);
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

    private ManifestFailure passing(String reason) {
        return new ManifestFailure(sentence(reason), true);
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

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, it -> it != null, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
