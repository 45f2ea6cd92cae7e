package io.tiphys.repo.host;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The proxy that a Secret names, and the hosts that are reached without it.
///
/// @param login what the proxy is shown if it asks; empty if it need not know who comes
/// @param without names, addresses, and ranges of addresses such as `10.0.0.0/8`
public record ProxyChoice(
        Proxy proxy, Optional<PasswordAuthentication> login, List<String> without) {

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
        if (address.getHost() == null) {
            throw unusable(credential, "names no host");
        }
        int usual = type == Proxy.Type.HTTP ? HTTP_PORT : SOCKS_PORT;
        int port = address.getPort() < 0 ? usual : address.getPort();
        return Optional.of(
                new ProxyChoice(
                        new Proxy(
                                type, InetSocketAddress.createUnresolved(address.getHost(), port)),
                        Optional.ofNullable(address.getUserInfo()).map(ProxyChoice::login),
                        Arrays.stream(credential.noProxy().toLowerCase(Locale.ROOT).split(","))
                                .map(String::strip)
                                .filter(it -> !it.isEmpty())
                                .toList()));
    }

    private static PasswordAuthentication login(String userInfo) {
        var parts = userInfo.split(":", 2);
        return new PasswordAuthentication(
                parts[0], (parts.length == 1 ? "" : parts[1]).toCharArray());
    }

    public Proxy of(URL url) {
        return of(url.getHost());
    }

    public Proxy of(String host) {
        return without.stream().anyMatch(it -> names(it, host.toLowerCase(Locale.ROOT)))
                ? Proxy.NO_PROXY
                : proxy;
    }

    /// A name stands for all below it as well. Ranges are for hosts that are named by an address.
    private static boolean names(String entry, String host) {
        if (entry.contains("/")) {
            return AddressRange.of(entry)
                    .filter(range -> address(host).filter(range::has).isPresent())
                    .isPresent();
        }
        var name = entry.startsWith(".") ? entry.substring(1) : entry;
        return name.equals("*") || host.equals(name) || host.endsWith("." + name);
    }

    private record AddressRange(InetAddress first, int bits) {

        static Optional<AddressRange> of(String text) {
            int slash = text.indexOf('/');
            try {
                int bits = Integer.parseInt(text.substring(slash + 1));
                return address(text.substring(0, slash))
                        .filter(it -> bits >= 0 && bits <= size(it))
                        .map(it -> new AddressRange(it, bits));
            } catch (NumberFormatException none) {
                return Optional.empty();
            }
        }

        boolean has(InetAddress address) {
            return size(address) == size(first) && start(address).equals(start(first));
        }

        private BigInteger start(InetAddress address) {
            return new BigInteger(1, address.getAddress()).shiftRight(size(address) - bits);
        }

        private static int size(InetAddress address) {
            return address.getAddress().length * Byte.SIZE;
        }
    }

    /// Empty for a name: what it stands for is the proxy's to find out.
    private static Optional<InetAddress> address(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host.replaceAll("^\\[|]$", "")));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
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
