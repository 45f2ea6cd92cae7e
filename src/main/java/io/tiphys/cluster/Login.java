package io.tiphys.cluster;

import io.tiphys.core.model.ClusterLogin;
import io.tiphys.core.model.Hidden;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Who the service is to one API server.
interface Login {

    /// What a request says in its head `Authorization`; empty for nothing.
    ///
    /// @throws ApiFailure if there is no saying it now
    Hidden authorization();

    /// After the API server refused what was said.
    ///
    /// @return whether another may be said now
    default boolean renew(Hidden refused) {
        return false;
    }

    /// @param origin the Secret's name, for messages
    /// @param server that it is for
    /// @param clouds whose tokens are to be had without a command
    static Login of(
            ClusterLogin login, String origin, String server, Collection<CloudTokens> clouds) {
        return switch (login) {
            case ClusterLogin.None _ -> () -> Hidden.EMPTY;
            case ClusterLogin.Bearer(var token) -> {
                var said = new Hidden("Bearer " + token.text());
                yield () -> said;
            }
            case ClusterLogin.Basic(var user, var password) -> {
                var both = (user + ":" + password.text()).getBytes(StandardCharsets.UTF_8);
                var said = new Hidden("Basic " + Base64.getEncoder().encodeToString(both));
                yield () -> said;
            }
            case ClusterLogin.Command command ->
                    new TokenLogin(
                            ofCloud(command, clouds)
                                    .orElseGet(() -> new CommandToken(command, origin, server)),
                            InstantSource.system());
        };
    }

    private static Optional<Supplier<Token>> ofCloud(
            ClusterLogin.Command command, Collection<CloudTokens> clouds) {
        var words = command.command();
        if (words.size() < 2 || !words.getFirst().matches("(.*/)?argocd-k8s-auth")) {
            return Optional.empty();
        }
        UnaryOperator<String> variable =
                name ->
                        Optional.ofNullable(command.env().get(name))
                                .map(Hidden::text)
                                .or(() -> Optional.ofNullable(System.getenv(name)))
                                .orElse("");
        var asked = new CloudTokens.Asked(words.subList(2, words.size()), variable);
        return clouds.stream()
                .filter(it -> it.cloud().equals(words.get(1)))
                .findFirst()
                .map(cloud -> () -> cloud.token(asked));
    }
}
