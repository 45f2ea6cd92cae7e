package io.tiphys.repo.host;

import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/// What stands between us and a host, in words for people who do not know how it was asked.
///
/// @param reason a clause without an end
/// @param passing whether it may work when tried again, with nothing changed
public record HostTrouble(String reason, boolean passing) {

    private static final Pattern PROXY_REFUSES = Pattern.compile("\\b407\\b");

    /// @param whose such as `of the Secret NAME`; empty if nothing was shown
    public static HostTrouble unauthorized(String whose) {
        return new HostTrouble(
                whose.isEmpty()
                        ? "it asks for credentials, and there are none for it that the project may"
                                + " use"
                        : "it does not accept the credentials %s, which may be wrong or expired"
                                .formatted(whose),
                false);
    }

    /// @param whom such as `the credentials of the Secret NAME`
    public static HostTrouble forbidden(String whom) {
        return new HostTrouble("access is forbidden to " + whom, false);
    }

    /// What a proxy says that wants to know who comes, by the status that it answers with.
    public static Optional<HostTrouble> ofProxy(String message) {
        return PROXY_REFUSES.matcher(message).find()
                ? Optional.of(
                        new HostTrouble(
                                "its proxy wants a user and a password, and the field proxy of the"
                                        + " Secret has none or wrong ones",
                                false))
                : Optional.empty();
    }

    /// @return empty if the failure has no more to say than its own message
    public static Optional<HostTrouble> of(Throwable failure, String host) {
        var untrusted = cause(failure, SSLException.class);
        if (untrusted.isPresent()) {
            return Optional.of(
                    new HostTrouble(
                            "the certificate of its host is not trusted or no secure connection came about (%s); the ConfigMap argocd-tls-certs-cm can name an authority for the host"
                                    .formatted(untrusted.get().getMessage()),
                            false));
        }
        return cause(failure, UnknownHostException.class).isPresent()
                        || cause(failure, UnresolvedAddressException.class).isPresent()
                ? Optional.of(new HostTrouble("its host %s is not known".formatted(host), true))
                : Optional.empty();
    }

    /// The failure itself or what it came of.
    public static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, it -> it != null, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
