package io.tiphys.repo.host;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The proxy that a Secret names, and the hosts that are reached without it.
public record ProxyChoice(Proxy proxy, List<String> without) {

    private static final int HTTP_PORT = 80;
    private static final int SOCKS_PORT = 1080;

    /// @return empty if the Secret names none: then the machine's settings count
    /// @throws ManifestFailure if it names one that cannot be used
    public static Optional<ProxyChoice> of(GitCredential credential) {
        if (credential.proxy().isEmpty()) {
            return Optional.empty();
        }
        var address = address(credential);
        var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        var type =
                switch (scheme) {
                    case "http" -> Proxy.Type.HTTP;
                    case "socks5", "socks5h" -> Proxy.Type.SOCKS;
                    default -> throw unusable(credential, "must start with http:// or socks5://");
                };
        if (address.getUserInfo() != null) {
            throw unusable(credential, "has a password, which is not supported by this version");
        }
        if (address.getHost() == null) {
            throw unusable(credential, "names no host");
        }
        int usual = type == Proxy.Type.HTTP ? HTTP_PORT : SOCKS_PORT;
        int port = address.getPort() < 0 ? usual : address.getPort();
        return Optional.of(
                new ProxyChoice(
                        new Proxy(
                                type, InetSocketAddress.createUnresolved(address.getHost(), port)),
                        Arrays.stream(credential.noProxy().toLowerCase(Locale.ROOT).split(","))
                                .map(String::strip)
                                .filter(it -> !it.isEmpty())
                                .toList()));
    }

    public Proxy of(URL url) {
        return of(url.getHost());
    }

    public Proxy of(String host) {
        return without.stream().anyMatch(it -> names(it, host.toLowerCase(Locale.ROOT)))
                ? Proxy.NO_PROXY
                : proxy;
    }

    /// A name stands for all below it as well.
    private static boolean names(String entry, String host) {
        var name = entry.startsWith(".") ? entry.substring(1) : entry;
        return name.equals("*") || host.equals(name) || host.endsWith("." + name);
    }

    private static URI address(GitCredential credential) {
        try {
            return URI.create(credential.proxy().text().strip());
        } catch (IllegalArgumentException _) {
            throw unusable(credential, "is no URL");
        }
    }

    private static ManifestFailure unusable(GitCredential credential, String reason) {
        return new ManifestFailure(
                "The proxy of the Secret %s %s".formatted(credential.origin(), reason));
    }
}
